// Outside the bubble
//
// The best titles that a user has not seen and may be shown, in none of their three top genres (those of most of their
// likes; of equal ones the first by name). The score is Σ_i x_i W_ij over their likes i, with x_i = preference ×
// 2^(-rank / half-life) and W_ij the `score` of SIMILAR. Of a story in parts the first comes first: the scores of its
// parts in the list are dealt out anew, the highest to the first (PART_OF). `bubbleIndex`, the same in every row, is
// the share of the user's published list that lies outside: 0 is a closed bubble. It is null without RECOMMENDED, or
// without a genre.
// Needs the SIMILAR relationships of `cinewalk publish`.
//
// Parameters:
//   $userId STRING - the user's id
//   $k INTEGER - how many titles
// Example: {userId: '196', k: 10}
MATCH (run:CinewalkRun)
MATCH (user:User {userId: $userId})
CALL (user) {
  MATCH (user)-[:LIKES]->(:Title)-[:IN_GENRE]->(genre:Genre)
  WITH genre, count(*) AS likes
  ORDER BY likes DESC, genre.name
  LIMIT 3
  RETURN collect(genre) AS top
}
CALL (user) {
  MATCH (user)-[like:LIKES]->(seed:Title)
  WITH seed, like.preference AS preference, coalesce(like.timestamp.epochSeconds, 0) AS time
  ORDER BY time DESC
  RETURN collect({seed: seed, preference: preference, time: time}) AS likes
}
CALL (run, likes) {
  UNWIND range(0, size(likes) - 1) AS position
  WITH run, likes[position] AS like, position
  WITH run, like.time AS time, avg(position) AS rank, collect(like) AS members
  UNWIND members AS like
  RETURN collect({title: like.seed, weight: like.preference * 2.0 ^ (-rank / run.halfLife)}) AS seeds
}
CALL (user) {
  OPTIONAL MATCH (user)-[:RATED|WATCHED|THUMBED|BLOCKED|LIKES]->(:Title)-[:SAME_AS*0..1]->(title:Title)
  WITH collect(DISTINCT title) AS seen
  OPTIONAL MATCH (same:Title)-[:SAME_AS]->(:Title)
  WITH seen, collect(DISTINCT same) AS same
  RETURN seen + same AS seen
}
UNWIND seeds AS seed
WITH run, user, top, seen, seed.title AS source, seed.weight AS weight
MATCH (source)-[step:SIMILAR {run: run.run}]->(title:Title)
WHERE step.score > 0 AND NOT title IN seen
  AND (user.maturityLimit IS NULL OR title.maturity <= user.maturityLimit)
WITH run, top, title, sum(weight * step.score) AS score
WHERE NOT EXISTS {
  MATCH (title)-[:IN_GENRE]->(genre:Genre)
  WHERE genre IN top
}
OPTIONAL MATCH (title)-[place:PART_OF {run: run.run}]->(first:Title)
WITH top, coalesce(first, title) AS story, title, coalesce(place.part, 1) AS part, score
ORDER BY score DESC
WITH top, story, collect({title: title, part: part}) AS parts, collect(score) AS scores
WITH top, scores, COLLECT { UNWIND parts AS each WITH each ORDER BY each.part RETURN each.title } AS titles
UNWIND range(0, size(titles) - 1) AS place
WITH top, titles[place] AS title, scores[place] * (1 - place * 2.0 ^ -52) AS score
ORDER BY score DESC, title.titleId
LIMIT $k
WITH collect({title: title, score: score}) AS rows, top
OPTIONAL MATCH (run:CinewalkRun)
OPTIONAL MATCH (:User {userId: $userId})-[place:RECOMMENDED {run: run.run}]->(listed:Title)
WITH rows, top, count(listed) AS places,
  count(CASE WHEN NOT EXISTS { MATCH (listed)-[:IN_GENRE]->(genre:Genre) WHERE genre IN top } THEN listed END) AS out
UNWIND rows AS row
WITH row.title AS title, row.score AS score, top,
  CASE WHEN places > 0 AND size(top) > 0 THEN toFloat(out) / places END AS bubbleIndex
RETURN title.titleId AS titleId, title.title AS title, title.year AS year,
  COLLECT {
    MATCH (title)-[:IN_GENRE]->(genre:Genre)
    RETURN genre.name AS name
    ORDER BY name
  } AS genres,
  [genre IN top | genre.name] AS outside, score, bubbleIndex
ORDER BY score DESC, titleId
