// Viewers of like taste
//
// The viewers who are most alike to one, best first, with how many titles both like. The score of viewer v is
// S_uv = [Σ_i A_ui A_vi d_i^-γ · d_v^-c]^q, with A the likes and d how many likes a title or viewer has.
// It is meant for people who study the graph: never name one user to another.
// Needs the SHARES_TASTE relationships of `cinewalk publish`.
//
// Parameters:
//   $userId STRING - the user's id
//   $k INTEGER - how many viewers
// Example: {userId: '196', k: 10}
MATCH (run:CinewalkRun)
MATCH (:User {userId: $userId})-[step:SHARES_TASTE {run: run.run}]->(viewer:User)
WHERE step.score > 0
RETURN viewer.userId AS userId, step.score AS score, step.titles AS titles
ORDER BY score DESC, userId
LIMIT $k
