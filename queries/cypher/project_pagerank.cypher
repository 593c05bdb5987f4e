// Bring the graph into memory for PageRank
//
// Makes the in-memory graph `cinewalk` that recommend_pagerank and taste walk on: all nodes, and an edge both ways for
// every LIKES (its weight is the preference), IN_GENRE, DIRECTED and ACTED_IN (weight 1). Groups weigh nothing and stay
// outside. It takes the place of an older one and is a picture of the moment: run it again when the graph has changed,
// and after the server was started.
// Needs Graph Data Science.
//
// Parameters: none
// Example: {}
CALL gds.graph.drop('cinewalk', false) YIELD graphName
WITH count(graphName) AS dropped
CALL () {
  MATCH (source:User|Title|Genre|Person)
  RETURN source, NULL AS target, NULL AS type, NULL AS weight
  UNION ALL
  MATCH (source:User)-[like:LIKES]->(target:Title)
  RETURN source, target, type(like) AS type, like.preference AS weight
  UNION ALL
  MATCH (source:Title)-[tie:IN_GENRE]->(target:Genre)
  RETURN source, target, type(tie) AS type, 1.0 AS weight
  UNION ALL
  MATCH (source:Person)-[tie:DIRECTED|ACTED_IN]->(target:Title)
  RETURN source, target, type(tie) AS type, 1.0 AS weight
}
WITH gds.graph.project(
  'cinewalk',
  source,
  target,
  {
    sourceNodeLabels: labels(source),
    targetNodeLabels: CASE WHEN target IS NULL THEN NULL ELSE labels(target) END,
    relationshipType: type,
    relationshipProperties: {weight: weight}
  },
  {undirectedRelationshipTypes: ['*']}
) AS graph
RETURN graph.graphName AS graphName, graph.nodeCount AS nodes, graph.relationshipCount AS relationships
