// Titles like one title
//
// The titles that share the most viewers with one title, best first: the same titles, order and scores as `cinewalk
// similar`. The score of title j is W_ij = [d_i^-a · Σ_v A_vi A_vj d_v^-γ · d_j^-b]^q, each row divided by
// (its sum)^ν, with A the likes and d how many likes a title or viewer has; `viewers` is how many like both.
// Needs the SIMILAR relationships of `cinewalk publish`.
//
// Parameters:
//   $titleId STRING - the title's id
//   $k INTEGER - how many titles
// Example: {titleId: '50', k: 10}
MATCH (run:CinewalkRun)
MATCH (:Title {titleId: $titleId})-[step:SIMILAR {run: run.run}]->(title:Title)
WHERE step.score > 0
RETURN title.titleId AS titleId, title.title AS title, title.year AS year, step.score AS score, step.viewers AS viewers
ORDER BY score DESC, titleId
LIMIT $k
