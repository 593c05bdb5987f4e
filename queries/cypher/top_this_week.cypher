// Top titles of the last days
//
// The titles that the most viewers rated, watched or gave a thumb up in the days up to an instant, of everybody or
// of one demographic group; of all time where the days are null. Of a film under several ids each viewer counts once.
// A group of fewer than 11 members gives no answer, so that nobody shows through, and `viewers` is null where it is a
// few.
// Needs events with timestamps; those without one count for all time alone.
//
// Parameters:
//   $asOf DATETIME - the last instant
//   $days INTEGER or null - how many days before it; null for all time
//   $groupId STRING or null - the group, such as 'age=25-34'; null for everybody
//   $k INTEGER - how many titles
// Example: {asOf: datetime('1998-04-22T23:10:38Z'), days: 7, groupId: null, k: 10}
OPTIONAL MATCH (group:DemographicGroup {groupId: $groupId})
WITH group, COUNT { (group)<-[:IN_GROUP]-(:User) } AS members
WHERE $groupId IS NULL OR members >= 11
WITH group, CASE WHEN $days IS NULL THEN datetime({year: 1}) ELSE $asOf - duration({days: $days}) END AS since
CALL (since) {
  MATCH (viewer:User)-[event:RATED]->(title:Title)
  WHERE event.timestamp > since AND event.timestamp <= $asOf
  RETURN viewer, title
  UNION ALL
  MATCH (viewer:User)-[event:WATCHED]->(title:Title)
  WHERE event.timestamp > since AND event.timestamp <= $asOf
  RETURN viewer, title
  UNION ALL
  MATCH (viewer:User)-[event:THUMBED]->(title:Title)
  WHERE event.timestamp > since AND event.timestamp <= $asOf AND event.value > 0
  RETURN viewer, title
  UNION ALL
  WITH since
  WHERE $days IS NULL
  MATCH (viewer:User)-[event:RATED|WATCHED|THUMBED]->(title:Title)
  WHERE event.timestamp IS NULL AND coalesce(event.value, 1) > 0
  RETURN viewer, title
}
WITH group, viewer, title
WHERE $groupId IS NULL OR EXISTS { (viewer)-[:IN_GROUP]->(group) }
OPTIONAL MATCH (title)-[:SAME_AS]->(shown:Title)
WITH coalesce(shown, title) AS title, count(DISTINCT viewer) AS all
ORDER BY all DESC, title.titleId
LIMIT $k
OPTIONAL MATCH (run:CinewalkRun)
RETURN title.titleId AS titleId, title.title AS title, title.year AS year,
  CASE WHEN all >= coalesce(run.privacySmallest, 5) THEN all END AS viewers
ORDER BY all DESC, titleId
