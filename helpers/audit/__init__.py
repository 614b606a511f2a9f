"""What the numbers of such a study can carry: notebook 11, beyond the paper.

`arithmetic`: which printed numbers agree with each other. `multiverse`: which findings hold under other
choices than the notebooks'. `threshold`: how many bots another score makes. `prevalence`: what a detector's
errors do to a share of bots. `extrapolation`: from the most active accounts to everyone. `coverage`: what the
accounts without a class leave open. `leaks`: which claims hold in synthetic worlds without their cause.
`power`: how large a sample each claim needs.
"""
