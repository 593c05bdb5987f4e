// Erase a user
//
// WRITES. Removes a user and every relationship of theirs, and tells how many of each type there were; nothing where
// there is no such user. Whoever writes about them now is done first. What is left of them is anonymous: their part in
// the numbers of SIMILAR until the next `cinewalk publish`, and in the in-memory graph until project_pagerank runs
// again. Publishing a source that still holds them brings them back.
//
// Parameters:
//   $userId STRING - the user's id
// Example: {userId: '196'}
MATCH (user:User {userId: $userId})
SET user.maturityLimit = user.maturityLimit
WITH user
CALL (user) {
  MATCH (user)-[relationship]-()
  WITH type(relationship) AS type, count(*) AS removed
  RETURN collect({type: type, removed: removed}) AS kinds
}
DETACH DELETE user
WITH [{type: 'User', removed: 1}] + kinds AS kinds
UNWIND kinds AS kind
RETURN kind.type AS type, kind.removed AS removed
ORDER BY type
