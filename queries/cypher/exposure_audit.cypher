// What gets shown, against what there is and what is liked
//
// Over the published recommendations, for each decade, genre or kind, or group of those who directed a title or acted
// in it: `exposure` is its share of all places, each counting 1 / log2(rank + 1); `catalogue` its share of all titles;
// `viewing` its share of all likes. `amplification` is exposure / viewing: above 1 it is shown more than it is liked. A
// title of several genres counts in equal parts in each, and one by several people in equal parts in theirs, so each
// share sums to 1; 'unknown' is what has none. Values that fewer than 11 viewers like are left out, and the next with
// them, because the sum over what is left out can be worked out. `cinewalk audit` gives the same figures.
// Needs the RECOMMENDED relationships of `cinewalk publish`.
//
// Parameters:
//   $by STRING - 'decade', 'genre', 'kind', or 'creator.' with a kind of group, such as 'creator.gender'
// Example: {by: 'decade'}
MATCH (run:CinewalkRun)
MATCH (title:Title)
WHERE $by IN ['decade', 'genre', 'kind'] OR $by STARTS WITH 'creator.'
CALL (run, title) {
  OPTIONAL MATCH (title)<-[place:RECOMMENDED {run: run.run}]-(:User)
  RETURN coalesce(sum(log(2) / log(place.rank + 1)), 0.0) AS exposure
}
WITH title, exposure, COUNT { (title)<-[:LIKES]-(:User) } AS likes,
  CASE $by
    WHEN 'decade' THEN [{group: toString(title.year / 10 * 10) + 's', part: 1.0}]
    WHEN 'kind' THEN [{group: title.kind, part: 1.0}]
    WHEN 'genre' THEN COLLECT {
      MATCH (title)-[:IN_GENRE]->(genre:Genre)
      WITH collect(genre.name) AS names
      UNWIND names AS name
      RETURN {group: name, part: 1.0 / size(names)} AS part
    }
    ELSE COLLECT {
      MATCH (title)<-[:DIRECTED|ACTED_IN]-(person:Person)
      WITH collect(DISTINCT person) AS people
      UNWIND people AS person
      WITH people, COLLECT {
        MATCH (person)-[:IN_GROUP]->(group:DemographicGroup)
        WHERE group.groupId STARTS WITH substring($by, 8) + '='
        RETURN substring(group.groupId, size($by) - 7) AS value
      } AS values
      UNWIND CASE WHEN size(values) > 0 THEN values ELSE ['unknown'] END AS value
      RETURN {group: value, part: 1.0 / size(people) / CASE WHEN size(values) > 0 THEN size(values) ELSE 1 END} AS part
    }
  END AS parts
UNWIND CASE WHEN size(parts) > 0 THEN parts ELSE [{group: 'unknown', part: 1.0}] END AS part
WITH coalesce(part.group, 'unknown') AS group, collect(title) AS titles, sum(part.part) AS catalogue,
  sum(part.part * exposure) AS exposure, sum(part.part * likes) AS viewing
CALL (titles) {
  UNWIND titles AS title
  MATCH (title)<-[:LIKES]-(user:User)
  RETURN count(DISTINCT user) AS viewers
}
WITH collect({group: group, viewers: viewers, exposure: exposure, catalogue: catalogue, viewing: viewing}) AS rows,
  sum(exposure) AS allExposure, sum(catalogue) AS allTitles, sum(viewing) AS allLikes
WHERE allExposure > 0
WITH rows, allExposure, allTitles, allLikes,
  CASE
    WHEN any(row IN rows WHERE 0 < row.viewers < 11) THEN
      reduce(least = NULL, row IN rows |
        CASE WHEN row.viewers >= 11 AND (least IS NULL OR row.viewers < least) THEN row.viewers ELSE least END)
    ELSE 0
  END AS tooFew
UNWIND rows AS row
WITH row, allExposure, allTitles, allLikes, tooFew
WHERE row.viewers = 0 OR row.viewers > tooFew
WITH row.group AS group, row.exposure / allExposure AS exposure, row.catalogue / allTitles AS catalogue,
  row.viewing / allLikes AS viewing
RETURN group, exposure, catalogue, viewing, CASE WHEN viewing > 0 THEN exposure / viewing END AS amplification
ORDER BY group
