// Recommend for a taste put in words
//
// For somebody without an account, from titles and genres: personalized PageRank that starts in equal parts from the
// titles and from the genres, each part divided evenly over its members; the same titles, order and scores as
// `cinewalk taste`. A limit that is null does not apply. Under a limit of years, titles of unknown year are left out;
// under one of maturity, those of unknown maturity. Titles and genres that do not exist are passed over.
// Needs Graph Data Science, and project_pagerank run before.
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
WITH titles, [kind IN [titles, genres] WHERE size(kind) > 0] AS kinds
CALL (kinds) {
  UNWIND kinds AS members
  UNWIND members AS member
  RETURN collect([member, 1.0 / size(kinds) / size(members)]) AS seeds
}
WITH titles, seeds
WHERE size(seeds) > 0
CALL () {
  OPTIONAL MATCH (run:CinewalkRun)
  RETURN coalesce(max(run.damping), 0.3) AS damping
}
CALL gds.pageRank.stream('cinewalk', {
  sourceNodes: seeds,
  dampingFactor: damping,
  relationshipWeightProperty: 'weight',
  tolerance: 1e-14,
  maxIterations: 1000,
  concurrency: 1,
  scaler: 'L1Norm'
}) YIELD nodeId, score
WITH titles, gds.util.asNode(nodeId) AS title, score
WHERE title:Title AND score > 0 AND NOT title IN titles
  AND ($firstYear IS NULL OR title.year >= $firstYear)
  AND ($lastYear IS NULL OR title.year <= $lastYear)
  AND ($maturity IS NULL OR title.maturity <= $maturity)
RETURN title.titleId AS titleId, title.title AS title, title.year AS year, score
ORDER BY score DESC, titleId
LIMIT $k
