// Recommend for a taste put in words
//
// For somebody without an account, from titles and genres; the same titles, order and scores as `cinewalk taste`. From
// titles it is what is close to them, the sum of `closeScore`. From genres it is personalized PageRank that starts in
// equal parts from them. Where both are named the two count the same, each divided by its best, and PageRank is
// measured against that of all users alike, with four times its mean over titles: L = p / sqrt(p0 + 4 mean p0). A limit
// that is null does not apply. Under a limit of years, titles of unknown year are left out; under one of maturity,
// those of unknown maturity. Titles and genres that do not exist are passed over.
// Needs the SIMILAR relationships of `cinewalk publish`; for genres Graph Data Science, and project_pagerank before.
//
// Parameters:
//   $titleIds LIST<STRING> - ids of titles to start from
//   $genres LIST<STRING> - names of genres to start from
//   $firstYear INTEGER or null - the first year to show
//   $lastYear INTEGER or null - the last year to show
//   $maturity INTEGER or null - the highest maturity to show, an age
//   $k INTEGER - how many titles
// Example: {titleIds: ['56', '98'], genres: ['Thriller'], firstYear: 1990, lastYear: 1999, maturity: null, k: 10}
CALL () {
  MATCH (title:Title)
  WHERE title.titleId IN $titleIds
  RETURN collect(title) AS titles
}
CALL () {
  MATCH (genre:Genre)
  WHERE genre.name IN $genres
  RETURN collect(genre) AS genres
}
CALL () {
  OPTIONAL MATCH (run:CinewalkRun)
  RETURN max(run.run) AS run, coalesce(max(run.damping), 0.3) AS damping
}
CALL (titles, run) {
  UNWIND titles AS seed
  MATCH (seed)-[step:SIMILAR {run: run}]->(title:Title)
  WHERE step.closeScore > 0 AND NOT title IN titles
  WITH title, sum(step.closeScore) AS score
  RETURN collect({title: title, score: score}) AS near, max(score) AS bestNear
}
CALL (genres, damping) {
  UNWIND CASE WHEN size(genres) > 0 THEN [genres] ELSE [] END AS members
  WITH [genre IN members | [genre, 1.0 / size(members)]] AS seeds, damping
  CALL gds.pageRank.stream('cinewalk', {
    sourceNodes: seeds, dampingFactor: damping, relationshipWeightProperty: 'weight', tolerance: 1e-14,
    maxIterations: 1000, concurrency: 1, scaler: 'L1Norm'
  }) YIELD nodeId, score
  WITH gds.util.asNode(nodeId) AS title, score
  WHERE title:Title
  RETURN collect({title: title, walked: score, nobody: 0.0}) AS walked
}
CALL (titles, genres, damping) {
  UNWIND CASE WHEN size(titles) > 0 AND size(genres) > 0 THEN [damping] ELSE [] END AS d
  CALL () {
    MATCH (user:User)
    RETURN collect([user, 1.0]) AS users
  }
  CALL gds.pageRank.stream('cinewalk', {
    sourceNodes: users, dampingFactor: d, relationshipWeightProperty: 'weight', tolerance: 1e-14,
    maxIterations: 1000, concurrency: 1, scaler: 'L1Norm'
  }) YIELD nodeId, score
  WITH gds.util.asNode(nodeId) AS title, score
  WHERE title:Title
  RETURN collect({title: title, walked: 0.0, nobody: score}) AS nobody, 4.0 * avg(score) AS prior
}
CALL (titles, walked, nobody, prior) {
  UNWIND walked + nobody AS row
  WITH row.title AS title, sum(row.walked) AS walk, sum(row.nobody) AS chance, titles, prior
  WHERE walk > 0 AND NOT title IN titles
  WITH title, CASE WHEN prior IS NULL THEN walk ELSE walk / sqrt(chance + prior) END AS score
  RETURN collect({title: title, score: score}) AS far, max(score) AS bestFar
}
WITH near, far, CASE WHEN bestFar IS NULL OR size(titles) = 0 THEN 1.0 ELSE 0.5 / bestFar END AS byFar,
  CASE WHEN bestNear IS NULL OR size(genres) = 0 THEN 1.0 ELSE 0.5 / bestNear END AS byNear
UNWIND [row IN near | {title: row.title, score: row.score * byNear}] +
  [row IN far | {title: row.title, score: row.score * byFar}] AS row
WITH row.title AS title, sum(row.score) AS score
WHERE NOT EXISTS { (title)-[:SAME_AS]->(:Title) }
  AND NOT EXISTS { (named:Title)-[:SAME_AS]->(title) WHERE named.titleId IN $titleIds }
  AND ($firstYear IS NULL OR title.year >= $firstYear)
  AND ($lastYear IS NULL OR title.year <= $lastYear)
  AND ($maturity IS NULL OR title.maturity <= $maturity)
RETURN title.titleId AS titleId, title.title AS title, title.year AS year, score
ORDER BY score DESC, titleId
LIMIT $k
