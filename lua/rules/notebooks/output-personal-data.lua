local rule = require "mlopslint.rule"
local text = require "mlopslint.text"
local people = require "mlopslint.people"
local sources = require "mlopslint.sources"

-- Names of columns by which public samples of people are known: { all of these }.
local samples = {
  { "Survived", "Pclass" }, { "pclass", "survived" }, { "survived", "embarked" }, { "sepal_length", "species" }, { "workclass", "fnlwgt" }, { "customerID", "Churn" },
  { "RowNumber", "Exited" }, { "EmployeeNumber", "Attrition" }, { "User ID", "Purchased" }, { "YearsExperience", "Salary" }, { "movieId", "title" }, { "userId", "movieId" },
  { "total_bill", "tip" }, { "Annual Income (k$)", "Spending Score (1-100)" }, { "TransactionID", "isFraud" }, { "trans_date_trans_time", "cc_num" }, { "nameOrig", "nameDest" },
  { "Loan_ID", "Loan_Status" }, { "Area Code", "Churn" }, { "state", "churn" }, { "MonthlyIncome", "Attrition" }, { "school", "G3" },
}

local function is_sample(shown)
  local has = {}
  for _, name in ipairs(shown.header) do has[name:lower()] = true end
  for _, names in ipairs(samples) do
    local all = true
    for _, name in ipairs(names) do all = all and has[name:lower()] end
    if all then return true end
  end
  return false
end

-- What the notebook's own code says was typed in, not read: a demonstration.
local function is_typed(notebook, values)
  local typed = 0
  for _, value in ipairs(values) do
    for _, cell in ipairs(notebook:cells()) do
      if cell.source:find(value, 1, true) then
        typed = typed + 1
        break
      end
    end
  end
  return typed * 2 >= #values
end

-- Programs that print addresses of authors and machines.
local tools = { "pip ", "pip3 ", "conda ", "mamba ", "git ", "apt", "npm ", "poetry ", "uv ", "gcloud ", "az ", "aws ", "kubectl ", "docker ", "cat ", "ssh ", "curl ", "dvc ", "wget " }

local function is_tool(cell)
  for line in cell.source:gmatch "[^\n]+" do
    local command = line:match "^%s*[!%%]%%?(.*)" or line:match "=%s*!(.*)"
    for _, tool in ipairs(command and tools or {}) do
      if (command .. " "):find(tool, 1, true) == 1 then return true end
    end
    if line:find "^%s*help%(" or line:find "^%s*%?" or line:find "%?%s*$" then return true end
  end
  return false
end

local function find_in_tables(notebook, output)
  for _, shown in ipairs(output:tables()) do
    local columns, weight = people.columns(shown)
    if weight >= 2 and not is_sample(shown) and not is_typed(notebook, columns[1].values) then
      local names = {}
      for i, column in ipairs(columns) do names[i] = ("`%s` (%s)"):format(column.column, column.what) end
      return ("columns %s of %d rows"):format(table.concat(names, ", "), shown.row_count)
    end
  end
end

local mimes = { "text/html", "text/plain", "stdout", "stderr", "text/markdown" }

local function find_in_texts(notebook, output)
  for _, mime in ipairs(mimes) do
    local body = output:text(mime)
    if body and mime == "text/html" then body = text.without_tags(body) end
    for _, found in ipairs(body and people.find(body) or {}) do
      if not is_typed(notebook, found.values) then
        return ("%d different %s (the first begins `%s...`)"):format(#found.values, found.what, found.values[1]:sub(1, 3))
      end
    end
    if body and mime == "text/html" then return nil end -- the plain text says the same
  end
end

return rule.cell {
  code = "NBK002", name = "output-personal-data", severity = "error",
  summary = "an output shows people's data",
  docs = [[
The output of this cell holds data of real persons: two or more different e-mail addresses, phone, bank account, card or national identity numbers with
valid check digits, or a table whose columns are named so (`email`, `ssn`, `first_name` ..., or two of `dob`, `salary`, `patient_id` ...) and hold values that agree. Committed
outputs stay in git's history and travel to every clone, which is a disclosure in the sense of most privacy laws.

Public samples are nobody's secret: data that the notebook takes from `sklearn.datasets`, `seaborn.load_dataset`, an address on the web or a known data set (Titanic, Adult, Enron),
that it made up (Faker), typed in, or that is an example's (`example.com`, 555 numbers, test cards) is left alone, and so is what `pip`, `git` and `help()` print.

Next step: strip the output; if it was pushed already, rewrite the history and tell whoever is responsible for data protection. Show
aggregates instead of rows.

Source: Equal Experts MLOps playbook; GDPR article 4(1); ISO/IEC 7812-1 (Luhn), ISO 13616 (IBAN), ISO 7064.]],
  needs = { "output_type" },
  check = function(ctx, cell)
    if #cell.outputs == 0 then return end
    local notebook, found, place = ctx.notebook, nil, nil
    for _, output in ipairs(cell.outputs) do
      found, place = find_in_tables(notebook, output) or find_in_texts(notebook, output), output
      if found then break end
    end
    if not found or is_tool(cell) then return end
    local source = sources.of_cell(cell)
    if source == "public" or (not source or source == "file") and sources.is_public_notebook(ctx, notebook) then return end
    ctx:report(place, "%s are shown here and will be in git for ever", found):secret()
      :fix { safety = "unsafe", title = "strip this cell's outputs", cell:strip "all" }
  end,
  tests = {
    bad = {
      { cells = { { code = "print(df.email)  # expect: NBK002", count = 1, output = "anna.berg@posteo.de\ntom@firma.at\n" } }, message = "2 different e-mail addresses (the first begins `ann...`)",
        fixed = [[{"cells": [
{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["print(df.email)  # expect: NBK002"]}
], "metadata": {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}, "nbformat": 4, "nbformat_minor": 5}
]] },
      { [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"data": {"text/html": ["<td>DE89 3704 0044 0532 0130 00</td><td>GB82 WEST 1234 5698 7654 32</td>"]}, "execution_count": 1, "metadata": {}, "output_type": "execute_result"}], "source": ["df"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]], message = "bank account numbers" },
      { cells = { { code = "df.head()  # expect: NBK002", output = "  first_name   salary\n0       Anna  52000.0\n1     Jürgen  61000.0\n" } }, message = "`first_name` (names)" },
      { cells = { { code = "df.head()  # expect: NBK002", output = "   PatientId   diagnosis\n0    P-10291      asthma\n1    P-10377  hypertonia\n" } },
        message = "columns `PatientId` (patients), `diagnosis` (diagnoses) of 2 rows" },
      { cells = { { code = "spark.table('staff').show()  # expect: NBK002", output = "+---+----------------+\n| id|   mobile_number|\n+---+----------------+\n|  1| +43 660 1234981|\n|  2|   0660 88 71 22|\n+---+----------------+\n" } }, message = "phone numbers" },
      { cells = { { code = "print(call)  # expect: NBK002", output = "call (212) 736-5000 or (415) 982-3311\n" } }, message = "2 different phone numbers" },
      { cells = { { code = "print(pay)  # expect: NBK002", output = "4539 1488 0343 6467, 5425 2334 3010 9903\n" } }, message = "card numbers" },
      { cells = { { code = "df  # expect: NBK002", output = "    CPF            x\n111.444.777-35     1\n529.982.247-25     2\n" } }, message = "CPF numbers" },
      { cells = { { code = "df  # expect: NBK002", output = "codice fiscale RSSMRA85T10A562S e VRDGPP80A01H501U\n" } }, message = "tax codes (Italy)" },
      { cells = { { code = "df  # expect: NBK002", output = "DNI 12345678Z y X1234567L\n" } }, message = "identity numbers (Spain)" },
      { cells = { { code = "df  # expect: NBK002", output = "        pesel\n0 44051401359\n1 02070803628\n" } }, message = "PESEL numbers" },
      { cells = { { code = "df  # expect: NBK002", output = "         bsn\n0  111222333\n1  123456782\n" } }, message = "BSN numbers" },
      { cells = { { code = "df  # expect: NBK002", output = "Steuer-ID 86095742719 und 47036892816\n" } }, message = "tax numbers (Germany)" },
      { cells = { { code = "df  # expect: NBK002", output = "          aadhaar\n0  2341 2341 2346\n1  4998 7602 9110\n" } }, message = "Aadhaar" },
      { cells = { { code = "df  # expect: NBK002", output = "NIR: 2 55 08 14 168 025 38, 1 84 12 76 451 089 46\n" } }, message = "France" },
      { cells = { { code = "df  # expect: NBK002", output = "           ssn\n0  536-90-4399\n1  219-09-9998\n" } }, message = "social security numbers" },
      { cells = { { code = "df  # expect: NBK002", output = "         NINO\n0   AB123456C\n1   JG103759A\n" } }, message = "national insurance numbers" },
    },
    good = {
      { cells = { { code = "x", output = "a@b.com c@d.com b'\\x07anna@firma.at'\n" } } },
      { cells = { { code = "x", output = "git@github.com:a/b.git user@example.com\none@firma.at logo@2x.png https://me:pw@firma.at postgres://ab:cd@db.firma.at\n" } } },
      { cells = { { code = "x", output = "DE89 3704 0044 0532 0130 01 4111 1111 1111 1112 0.4111111111111111\n" } } },
      { cells = { "to = ['anna.berg@posteo.de', 'tom@firma.at']", { code = "print(to)", output = "['anna.berg@posteo.de', 'tom@firma.at']" } } },
      { cells = { "from sklearn.datasets import fetch_20newsgroups\nd = fetch_20newsgroups()", { code = "print(d.data[0])", output = "From: anna.berg@posteo.de, tom@firma.at\n" } } },
      { cells = { { code = "!pip show x", output = "Author-email: anna.berg@posteo.de, tom@firma.at\n" } } },
      { cells = { { code = "df.head()", output = "   Survived  Pclass                     Name    salary\n0         0       3  Braund, Mr. Owen Harris   52000.0\n1         1       1  Heikkinen, Miss. Laina     61000.0\n" } } },
      { cells = { { code = "df.head()", output = "  PhoneService  email\n0          Yes     No\n1           No    Yes\n" } } },
      { cells = { { code = "df.head()", output = "   product_name   salary\n0        Anvil   52000.0\n1         Rope   61000.0\n" } } },
      { cells = { { code = "x", output = "  id  bsn\n0  1  123456789\n1  2  111222334\n call 555-0123 (212) 555-0199 (415) 555-0100\n" } } },
      { cells = { { code = "x", output = "RSSMRA85T10A562T VRDGPP80A01H501X 111.444.777-36 529.982.247-26 12345678A\n" } } },
      { cells = { "import pandas as pd\ndf = pd.read_csv('https://firma.at/x.csv')", { code = "print(df)", output = "                 email\n0  anna.berg@posteo.de\n1         tom@firma.at\n" } } },
    },
  },
}
