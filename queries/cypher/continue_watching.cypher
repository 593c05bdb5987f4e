// Continue watching
//
// What a user has begun and not finished (progress from 0.05 to 0.95), newest first. What they gave a thumb down is
// left out.
// Needs WATCHED relationships.
//
// Parameters:
//   $userId STRING - the user's id
//   $k INTEGER - how many titles
// Example: {userId: '196', k: 10}
MATCH (user:User {userId: $userId})-[watch:WATCHED]->(title:Title)
WHERE watch.progress >= 0.05
  AND watch.progress <= 0.95
  AND NOT EXISTS { (user)-[:THUMBED {value: -1}]->(title) }
RETURN title.titleId AS titleId, title.title AS title, title.year AS year, watch.progress AS progress,
  watch.timestamp AS timestamp
ORDER BY coalesce(timestamp.epochSeconds, 0) DESC, titleId
LIMIT $k
