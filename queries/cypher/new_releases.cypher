// New releases for a user
//
// Titles that came out within some days up to a day, and that the user has not seen and may be shown: what their
// likes lead to first, then what is nearest to their genres, then the newest. `score` is Σ_i x_i W_ij over their
// likes i, with x_i = preference × 2^(-rank / half-life) and W_ij the `score` of SIMILAR, 0 where no like leads there.
// `genreShare` is Σ_g n_g over the title's genres divided by the same over all genres, with n_g how many of their
// likes are in genre g. A title came out on its release day, else on the first day of its year, else on the day on
// which it was first rated, watched or thumbed. Of a story in parts the first comes first: the scores above 0 of its
// parts in the list are dealt out anew, the highest to the first (PART_OF).
// Needs the SIMILAR relationships of `cinewalk publish`.
//
// Parameters:
//   $userId STRING - the user's id
//   $asOf DATE - the last day
//   $days INTEGER - how many days, the last one included
//   $k INTEGER - how many titles
// Example: {userId: '196', asOf: date('1998-04-22'), days: 365, k: 10}
MATCH (run:CinewalkRun)
MATCH (user:User {userId: $userId})
CALL (user) {
  OPTIONAL MATCH (user)-[:RATED|WATCHED|THUMBED|BLOCKED|LIKES]->(:Title)-[:SAME_AS*0..1]->(title:Title)
  WITH collect(DISTINCT title) AS seen
  OPTIONAL MATCH (same:Title)-[:SAME_AS]->(:Title)
  WITH seen, collect(DISTINCT same) AS same
  RETURN seen + same AS seen
}
CALL (user, seen) {
  MATCH (title:Title)
  WHERE NOT title IN seen AND (user.maturityLimit IS NULL OR title.maturity <= user.maturityLimit)
  WITH title,
    coalesce(title.released, CASE WHEN title.year IS NOT NULL THEN date({year: title.year}) END) AS known
  CALL (title, known) {
    WITH known
    WHERE known IS NOT NULL
    RETURN known AS released
    UNION ALL
    WITH title
    WHERE known IS NULL
    MATCH (title)<-[event:RATED|WATCHED|THUMBED]-(:User)
    RETURN date(min(event.timestamp)) AS released
  }
  WITH title, released
  WHERE released > $asOf - duration({days: $days}) AND released <= $asOf
  RETURN collect({title: title, released: released}) AS releases
}
CALL (user) {
  MATCH (user)-[like:LIKES]->(seed:Title)
  WITH seed, like.preference AS preference, coalesce(like.timestamp.epochSeconds, 0) AS time
  ORDER BY time DESC
  RETURN collect({seed: seed, preference: preference, time: time}) AS newest
}
CALL (run, newest) {
  UNWIND range(0, size(newest) - 1) AS position
  WITH run, newest[position] AS like, position
  WITH run, like.time AS time, avg(position) AS rank, collect(like) AS members
  UNWIND members AS like
  RETURN collect({title: like.seed, weight: like.preference * 2.0 ^ (-rank / run.halfLife)}) AS seeds
}
CALL (user) {
  MATCH (user)-[:LIKES]->(:Title)-[:IN_GENRE]->(genre:Genre)
  WITH genre, count(*) AS likes
  RETURN collect({genre: genre, likes: likes}) AS genres, sum(likes) AS genreLikes
}
UNWIND releases AS release
WITH run, seeds, genres, genreLikes, release.title AS title, release.released AS released
CALL (run, seeds, title) {
  UNWIND seeds AS seed
  WITH run, title, seed.title AS source, seed.weight AS weight
  MATCH (source)-[step:SIMILAR {run: run.run}]->(title)
  RETURN coalesce(sum(weight * step.score), 0.0) AS score
}
CALL (genres, title) {
  UNWIND genres AS each
  WITH title, each.genre AS genre, each.likes AS likes
  WHERE EXISTS { (title)-[:IN_GENRE]->(genre) }
  RETURN sum(likes) AS shared
}
OPTIONAL MATCH (title)-[place:PART_OF {run: run.run}]->(first:Title)
WITH CASE WHEN score > 0 THEN coalesce(first, title) END AS story, title, coalesce(place.part, 1) AS part, score,
  released, CASE WHEN genreLikes > 0 THEN toFloat(shared) / genreLikes ELSE 0.0 END AS genreShare
ORDER BY score DESC
WITH story, collect({title: title, part: part, released: released, genreShare: genreShare}) AS parts,
  collect(score) AS scores
WITH scores, COLLECT { UNWIND parts AS each WITH each ORDER BY each.part RETURN each } AS rows
UNWIND range(0, size(rows) - 1) AS place
WITH rows[place] AS row, scores[place] * (1 - place * 2.0 ^ -52) AS score
RETURN row.title.titleId AS titleId, row.title.title AS title, row.title.year AS year, row.released AS released, score,
  row.genreShare AS genreShare
ORDER BY score DESC, genreShare DESC, released DESC, titleId
LIMIT $k
