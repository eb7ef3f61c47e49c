"""The sample projects: what a team gets to see, line by line, and nothing once it is done right."""
from helpers import ROOT, check_json, project

PROJECTS = ROOT / "tests" / "projects"

# path: (line, code) of each finding
CHURN = {
    "MODEL_CARD.md": [(1, "USR002")],
    "demo/app.py": [(41, "USR014"), (45, "SEC302")],
    "docker-compose.yml": [(4, "SEC306"), (12, "SEC305")],
    "model/MLmodel": [(2, "DWN001")],
    "notebooks/exploration.ipynb": [
        (1, "NBK019"), (19, "NBK001"), (31, "NBK023"), (43, "NBK020"), (54, "NBK002"),
        (148, "NBK021"), (203, "NBK007"), (203, "NBK011"), (262, "FIT007"), (279, "NBK002"), (302, "NBK024"),
    ],
    "service/app.py": [
        (21, "DWN017"), (21, "USR011"), (24, "DWN037"), (27, "DWN038"), (28, "DWN036"),
        (30, "USR021"),
    ],
    "src/churn/features.py": [(12, "FIT050"), (19, "FIT051"), (20, "FIT051")],
    "src/churn/tickets.py": [(14, "SEC401"), (21, "SEC110"), (27, "SEC101")],
    "src/churn/train.py": [(26, "FIT006"), (26, "FIT002"), (38, "FIT011"), (38, "NBK018"), (40, "FIT007"), (43, "DWN001")],
}

# (cell, line in the cell, code) in the notebook
CELLS = [
    (2, 1, "NBK001"), (2, 1, "NBK023"), (3, 3, "NBK020"), (4, 1, "NBK002"), (4, 1, "NBK021"),
    (7, 1, "NBK007"), (7, 1, "NBK011"), (10, 7, "FIT007"), (12, 1, "NBK002"), (13, 1, "NBK024"),
]


def findings_of(project):
    report = check_json(".", cwd=PROJECTS / project)
    assert report["errors"] == []
    return report["findings"]


def test_churn_shows_all_five_areas():
    assert {each["area"] for each in findings_of("churn")} == {"users", "notebooks", "security", "fit", "downstream"}


def test_churn_finding_by_finding():
    found = {}
    for each in findings_of("churn"):
        found.setdefault(each["path"], []).append((each["start"]["line"], each["code"]))
    assert found == CHURN


def test_churn_places_in_cells():
    cells = [each["cell"] for each in findings_of("churn") if each["cell"]]
    codes = [each["code"] for each in findings_of("churn") if each["cell"]]
    assert [(cell["number"], cell["start"]["line"], code) for cell, code in zip(cells, codes)] == CELLS


def test_churn_done_right_is_clean():
    assert findings_of("churn-fixed") == []


def test_a_project_of_many_modules_and_tests_is_within_the_budget_of_rules():
    train = "from sklearn.linear_model import Ridge\nfrom shop import m0\ndef train(X, y):\n    return Ridge().fit(X, y)\n"
    files = {"shop/__init__.py": "", **{f"shop/m{i}.py": train for i in range(1500)},
             **{f"tests/test_{i}.py": f"from shop.m{i} import train\ndef test(): assert train\n" for i in range(1, 1500)}}
    with project(files) as folder:
        report = check_json("--select", "NBK016,NBK017,NBK018,NBK019,NBK020,NBK022", "--no-cache", cwd=folder)
        assert report["errors"] == [] and report["findings"] == []
