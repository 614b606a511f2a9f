-- What the mappings of data/formats are written in: each takes the text that a file holds, and gives null where
-- that is not what it should be. Common cases come first, by tests that cost little. (No IN
-- with five values or more: DuckDB makes a join of it, which costs more than all else here.)

-- Ids. Whole numbers as they are written; 12345.0 and 1.2e4 only below 2^53, up to which floats hold all of them.
CREATE MACRO plain(x) AS TRY_CAST(x AS BIGINT)::VARCHAR = x;
CREATE MACRO number_like(x) AS regexp_full_match(x, '[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?');
CREATE MACRO nobody(x) AS regexp_full_match(x, '(?i)\s*(nan|none|null|<na>|na|\[\]|\{\})?\s*');
CREATE MACRO exact(x) AS
    CASE WHEN TRY_CAST(x AS DOUBLE) BETWEEN 1 AND 9007199254740991 AND TRY_CAST(x AS DOUBLE) % 1 = 0
    THEN TRY_CAST(x AS DOUBLE)::BIGINT END;
CREATE MACRO unusual_id(x) AS
    CASE WHEN regexp_full_match(x, '0*[0-9]{1,19}') THEN nullif(TRY_CAST(x AS BIGINT), 0)
    WHEN number_like(x) THEN exact(x) END;
CREATE MACRO id(x) AS
    CASE WHEN x = '' THEN NULL
    WHEN plain(x) THEN CASE WHEN TRY_CAST(x AS BIGINT) > 0 THEN TRY_CAST(x AS BIGINT) END
    ELSE unusual_id(trim(x)) END;

-- Ids that are no numbers: 2^62 + the first 62 bits of the SHA-256 of the text in UTF-8.
CREATE MACRO surrogate(x) AS
    ((('0x' || left(sha256(x), 16))::UBIGINT >> 2) + 4611686018427387904)::BIGINT;
CREATE MACRO is_name(x) AS
    CASE WHEN x = '' OR TRY_CAST(x AS DOUBLE) IS NOT NULL THEN false
    WHEN length(x) > 8 THEN true
    ELSE NOT nobody(x) END;
CREATE MACRO any_id(x) AS CASE WHEN plain(x) THEN id(x) WHEN is_name(x) THEN surrogate(x) ELSE id(x) END;

CREATE MACRO known(xs) AS list_filter(xs, lambda x: x IS NOT NULL);
CREATE MACRO ids(xs) AS CASE WHEN len(xs) = 0 THEN [] ELSE known(list_transform(xs, lambda x: id(x))) END;
CREATE MACRO any_ids(xs) AS
    CASE WHEN len(xs) = 0 THEN [] ELSE known(list_transform(xs, lambda x: any_id(x))) END;
-- Lists of what surrogates stand for, of an id or of a list of ids as they were given.
CREATE MACRO name_of(id, given) AS CASE WHEN id >= 4611686018427387904 THEN [given] END;
CREATE MACRO names_of(ids, given) AS
    CASE WHEN list_max(ids) >= 4611686018427387904 THEN list_filter(given, lambda x: is_name(x)) END;
-- The digits in a link to a tweet.
CREATE MACRO id_in(link) AS
    CASE WHEN contains(link, '/status') THEN nullif(regexp_extract(link, '/status(?:es)?/([0-9]+)', 1), '') END;

-- An id and a link that holds it whole, whatever became of the id itself.
CREATE MACRO linked_id(link, id) AS
    CASE WHEN ends_with(link, '/' || id) THEN id ELSE coalesce(id_in(link), id) END;

CREATE MACRO without_id(what, x) AS
    CASE WHEN x IS NULL OR nobody(x) OR trim(x) IN ('0', '-1') THEN 'a tweet without ' || what
    WHEN TRY_CAST(x AS DOUBLE) >= 9007199254740992 AND regexp_matches(x, '[.eE]')
    THEN 'id ''' || left(x, 40) || ''' was rounded by a spreadsheet or as a float'
    ELSE 'id ''' || left(x, 40) || ''' is not a whole number below 2^63' END;

-- Counts: 12, 12.0, "1,200".
CREATE MACRO whole(x) AS
    CASE WHEN x = '' THEN NULL
    WHEN plain(x) THEN CASE WHEN TRY_CAST(x AS BIGINT) >= 0 THEN TRY_CAST(x AS BIGINT) END
    WHEN trim(x) IN ('0.0', '0.') THEN 0
    WHEN regexp_full_match(trim(x), '[0-9]{1,3}(,[0-9]{3})+') THEN TRY_CAST(replace(trim(x), ',', '') AS BIGINT)
    WHEN number_like(trim(x)) THEN exact(x) END;

CREATE MACRO flag(x) AS
    CASE WHEN x = '' THEN NULL
    WHEN regexp_full_match(x, '(?i)\s*(true|t|1|1\.0|yes)\s*') THEN true
    WHEN regexp_full_match(x, '(?i)\s*(false|f|0|0\.0|no)\s*') THEN false END;

-- Times, in UTC where no offset is given: ISO 8601, Twitter's, and whole seconds, milli- or microseconds since
-- 1970. None is before Twitter's first tweet, or after tomorrow.
CREATE MACRO since_1970(x) AS
    CASE WHEN x BETWEEN 1e8 AND 1e10 THEN make_timestamptz((x * 1e6)::BIGINT)
    WHEN x BETWEEN 1e11 AND 1e13 THEN make_timestamptz((x * 1e3)::BIGINT)
    WHEN x BETWEEN 1e14 AND 1e16 THEN make_timestamptz(x::BIGINT) END;
CREATE MACRO time_of(x) AS
    CASE WHEN x >= 'A' THEN try_strptime(x, '%a %b %d %H:%M:%S %z %Y')
    WHEN contains(x, '-') THEN TRY_CAST(x AS TIMESTAMPTZ)
    WHEN x <> '' THEN since_1970(TRY_CAST(x AS DOUBLE)) END;
CREATE MACRO dated(x, shapes) AS coalesce(try_strptime(x, shapes)::TIMESTAMPTZ, time_of(x));
CREATE MACRO in_time(t) AS CASE WHEN t >= TIMESTAMPTZ '2006-03-21' AND t < now() + INTERVAL 1 DAY THEN t END;

CREATE MACRO not_a_time(x) AS
    'created_at ' || coalesce('''' || left(x, 40) || '''', 'None') || ' is not a time from 21 March 2006 to today';

-- Why a row is rejected, null where it is not.
CREATE MACRO fault_of(line, other, fault, tweet, given_tweet, author, given_author, made, given_made) AS
    CASE WHEN line < 0 THEN 'not JSON'
    WHEN other THEN NULL
    WHEN fault IS NOT NULL THEN fault
    WHEN tweet IS NULL THEN without_id('an id', given_tweet)
    WHEN author IS NULL THEN without_id('a user', given_author)
    WHEN made IS NULL THEN not_a_time(given_made) END;

CREATE MACRO degrees_to(x, most) AS
    CASE WHEN x <> '' AND TRY_CAST(x AS DOUBLE) BETWEEN -most AND most THEN TRY_CAST(x AS DOUBLE) END;

-- Text that is not blank. (What follows a blank costs more, and comes seldom.)
CREATE MACRO filled(x) AS CASE WHEN x >= '!' OR trim(x, E' \t\r\n') <> '' THEN x END;
CREATE MACRO unescaped(x) AS
    CASE WHEN contains(x, '&') THEN replace(replace(replace(replace(replace(replace(
        x, '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', ''''), '&#x27;', ''''), '&amp;', '&')
    ELSE x END;
-- The name of a program, out of Twitter's HTML link.
CREATE MACRO client(x) AS CASE WHEN starts_with(x, '<') THEN split_part(split_part(x, '>', 2), '<', 1) ELSE x END;

-- Lists. Of names without what is blank; hashtags in lower case and without '#'.
CREATE MACRO listed(xs) AS CASE WHEN len(xs) = 0 THEN [] ELSE list_filter(xs, lambda x: x >= '!') END;
CREATE MACRO hashtags_of(xs) AS
    CASE WHEN len(xs) = 0 THEN [] ELSE list_filter(list_transform(xs, lambda x: lower(ltrim(x, '#＃ '))), lambda x: x <> '') END;
-- Hashtags of a text that come without a list: not all of digits, not the rest of a word, none that is cut.
CREATE MACRO hashtags_in(x) AS
    CASE WHEN contains(x, '#') OR contains(x, '＃') THEN [h FOR h IN regexp_extract_all(
        x, '(?:^|[^\pL\pN_&/])[#＃]([0-9]*[\pL_][\pL\pM\pN_]*…?)', 1) IF NOT ends_with(h, '…')]
    WHEN x IS NOT NULL THEN [] END;
-- Lists written as text: by blanks; as [a, b] or ['a', 'b']; as JSON (of text, or of objects: their `key`).
CREATE MACRO by_blanks(x) AS CASE WHEN x <> '' THEN string_split(x, ' ') WHEN x = '' THEN [] END;
CREATE MACRO bracketed(x) AS
    CASE WHEN x IN ('', '[]', 'nan') THEN []
    WHEN contains(x, '''') OR contains(x, '"')
    THEN string_split_regex(regexp_replace(x[2:-2], '[''"]', '', 'g'), ', ?')
    WHEN starts_with(x, '[') THEN string_split(x[2:-2], ', ')
    WHEN x IS NOT NULL THEN string_split(x, ', ') END;
CREATE MACRO json_texts(x, key) AS
    CASE WHEN x IN ('', '[]') THEN []
    WHEN starts_with(x, '[{') THEN TRY(json_extract_string(x, '$[*].' || key))
    WHEN starts_with(x, '[') THEN TRY(json_extract_string(x, '$[*]')) END;
-- One of several numbers written together, as of "-122.68, 45.52", "[-122.68, 45.52]", "POINT (-122.68 45.52)".
CREATE MACRO part(x, place) AS
    CASE WHEN x <> '' THEN regexp_extract_all(x, '-?[0-9]+(?:\.[0-9]+)?')[place] END;

-- Of API v2: the id of the tweet that is referred to in this way; whom "RT @name:" names, where that is the first
-- mention; a list of entities, which is empty where they are stated or the text has not their sign.
CREATE MACRO referenced(tweets, how) AS list_filter(tweets, lambda r: r.type = how)[1].id;
CREATE MACRO retweeted_of(said, mentions) AS
    CASE WHEN starts_with(said, 'RT @' || mentions[1].username || ':') THEN mentions[1].id END;
CREATE MACRO stated(xs, entities, said, sign) AS
    CASE WHEN xs IS NOT NULL THEN xs WHEN entities IS NOT NULL OR NOT contains(said, sign) THEN [] END;

-- A dict of Python written as text: the value of a key (the first such), text or number. Escapes are read as
-- JSON's, which has all of them but \U.
CREATE MACRO python_text(x) AS
    CASE WHEN contains(x, '\') THEN coalesce(TRY(json_extract_string('"' || replace(replace(replace(
        x, '\''', ''''), '\x', '\u00'), '"', '\"') || '"', '$')), x)
    ELSE x END;
CREATE MACRO value_of(x, key) AS
    CASE WHEN contains(x, '''' || key || '''') THEN nullif(python_text(trim(regexp_extract(
        x, '''' || key || ''': ?(''(?:[^''\\]|\\.)*''|"(?:[^"\\]|\\.)*"|[^,}]*)', 1), '''" ')), 'None') END;
-- A moment that Python wrote as datetime.datetime(2016, 9, 27, 1, 0, 5, …).
CREATE MACRO python_time(x) AS strftime(try_strptime(array_to_string(regexp_extract_all(
    regexp_extract(x, 'datetime\.datetime\(([0-9, ]+)', 1), '[0-9]+'), '-'),
    ['%Y-%m-%d-%H-%M-%S', '%Y-%m-%d-%H-%M']), '%Y-%m-%dT%H:%M:%S');
CREATE MACRO values_of(x, key) AS
    CASE WHEN x IN ('', '[]', 'None', 'nan') THEN []
    ELSE regexp_extract_all(x, '''' || key || ''': ?[''"]?([^,''"}]+)', 1) END;
-- Of AT URIs, as at://did:plc:…/app.bsky.feed.post/…, the account; null where it is no post.
CREATE MACRO account_of(uri) AS CASE WHEN contains(uri, '/app.bsky.feed.post/') THEN split_part(uri, '/', 3) END;
CREATE MACRO features(facets) AS flatten(coalesce(list_transform(facets, lambda f: f.features), []));
