.PHONY: demo test test-slow lint bench regressions docs site leaderboard screenshots vulnerabilities links

demo:  ## what to watch for a real viewer, and why
	cinewalk demo

test:  ## every test but the slow ones; a missing network is a skip with a reason
	python -m pytest -n 2

test-slow:  ## servers that are killed and mended, and Neo4j Browser in a web browser
	python -m pytest -n 2 -m slow

lint:  ## style, formatting, the order of the floors, and types
	ruff check .
	ruff format --check .
	lint-imports
	mypy

bench:  ## measure on this machine and write docs/benchmarks.md (`python -m benchmarks PART` measures a part anew)
	python -m benchmarks

regressions:  ## time the inner loops, and compare with the last run on this machine
	python -m pytest --dist=no -W ignore benchmarks --benchmark-autosave \
		$(if $(wildcard .benchmarks/*/*),--benchmark-compare --benchmark-compare-fail=median:25%)

leaderboard:  ## evaluate every walk and baseline on MovieLens-100K, and write docs/leaderboard.md
	cinewalk evaluate movielens-100k --walk all --compare blend:ease --leaderboard docs/leaderboard.md
	cinewalk evaluate movielens-100k --walk blend --walk sequence --walk neighbours --walk ease --forget-order \
		--compare blend:ease --leaderboard docs/leaderboard-by-day.md

docs:  ## draw the house and the walks, write docs/cli.md from the commands' own help, docs/cypher.md from the queries' headers, and the guide
	typer cinewalk.cli.app utils docs --name cinewalk --title "Commands" --output docs/cli.md
	python docs/house.py
	python docs/walk_pictures.py
	python -m cinewalk.queries.neo4j.ready_page > docs/cypher.md
	python -m cinewalk.queries.neo4j.guide > docs/browser-guide.md

site:  ## all pages, the reference from docstrings, and the notebooks, run anew: docs/_build/html/index.html
	sphinx-build -W --keep-going -q docs docs/_build/html

screenshots:  ## look at the graph in Neo4j Browser, the audit's page and that of the service, and keep the pictures in docs/images
	CINEWALK_SCREENSHOTS=docs/images python -m pytest -q -m slow tests/integration/queries/neo4j/test_browse.py \
		tests/integration/queries/report/test_report.py tests/integration/serve/test_page.py

vulnerabilities:  ## ask for known vulnerabilities of what is installed here; needs the network
	pip-audit --skip-editable

links:  ## ask every address that the pages name whether it still answers; needs the network
	sphinx-build -b linkcheck -D nb_execution_mode=off docs docs/_build/links
