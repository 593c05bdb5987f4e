// What gets shown, against what there is and what is liked
//
// Over the published recommendations, for each decade, genre or kind: `exposure` is its share of all places, each
// place counting 1 / log2(rank + 1); `catalogue` its share of all titles; `viewing` its share of all likes.
// `amplification` is exposure / viewing: above 1 it is shown more than it is liked. A title of several genres counts in
// equal parts in each, so each share sums to 1; 'unknown' is what has no decade, genre or kind.
// Needs the RECOMMENDED relationships of `cinewalk publish`.
//
// Parameters:
//   $by STRING - 'decade', 'genre' or 'kind'
// Example: {by: 'decade'}
MATCH (run:CinewalkRun)
MATCH (title:Title)
WHERE $by IN ['decade', 'genre', 'kind']
CALL (run, title) {
  OPTIONAL MATCH (title)<-[place:RECOMMENDED {run: run.run}]-(:User)
  RETURN coalesce(sum(log(2) / log(place.rank + 1)), 0.0) AS exposure
}
WITH title, exposure, COUNT { (title)<-[:LIKES]-(:User) } AS likes,
  CASE $by
    WHEN 'decade' THEN [toString(title.year / 10 * 10) + 's']
    WHEN 'genre' THEN COLLECT { MATCH (title)-[:IN_GENRE]->(genre:Genre) RETURN genre.name }
    ELSE [title.kind]
  END AS found
WITH exposure, likes, CASE WHEN size(found) > 0 THEN found ELSE [NULL] END AS groups
UNWIND groups AS group
WITH coalesce(group, 'unknown') AS group, sum(exposure / size(groups)) AS exposure, sum(1.0 / size(groups)) AS titles,
  sum(toFloat(likes) / size(groups)) AS likes
WITH collect({group: group, exposure: exposure, titles: titles, likes: likes}) AS rows, sum(exposure) AS allExposure,
  sum(titles) AS allTitles, sum(likes) AS allLikes
WHERE allExposure > 0
UNWIND rows AS row
WITH row.group AS group, row.exposure / allExposure AS exposure, row.titles / allTitles AS catalogue,
  row.likes / allLikes AS viewing
RETURN group, exposure, catalogue, viewing, CASE WHEN viewing > 0 THEN exposure / viewing END AS amplification
ORDER BY group
