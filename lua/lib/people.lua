-- people: what personal data looks like: kinds with the proof of each (check digits, formats), and the names of columns that hold them.
local text = require "mlopslint.text"
local M = {}

local function digits_of(s) return (s:gsub("%D", "")) end

-- --- check digits ---

-- Luhn's check, ISO/IEC 7812-1.
function M.luhn(s)
  local number, sum, double = digits_of(s), 0, false
  for i = #number, 1, -1 do
    local d = number:byte(i) - 48
    if double then d = d * 2 > 9 and d * 2 - 9 or d * 2 end
    sum, double = sum + d, not double
  end
  return sum % 10 == 0
end

-- The remainder of a long decimal number; letters count from A = 10.
local function remainder(s, modulus)
  local r = 0
  for c in s:upper():gmatch "%w" do
    local n = tonumber(c, 36)
    r = (r * (n > 9 and 100 or 10) + n) % modulus
  end
  return r
end

-- ISO 13616: the first four characters moved behind; lengths are national.
local iban_lengths = { AD = 24, AE = 23, AL = 28, AT = 20, AZ = 28, BA = 20, BE = 16, BG = 22, BH = 22, BR = 29, CH = 21, CR = 22, CY = 28, CZ = 24, DE = 22, DK = 18, DO = 28, EE = 20,
  EG = 29, ES = 24, FI = 18, FO = 18, FR = 27, GB = 22, GE = 22, GI = 23, GL = 18, GR = 27, GT = 28, HR = 21, HU = 28, IE = 22, IL = 23, IS = 26, IT = 27, JO = 30, KW = 30, KZ = 20, LB = 28,
  LI = 21, LT = 20, LU = 20, LV = 21, MC = 27, MD = 24, ME = 22, MK = 19, MT = 31, NL = 18, NO = 15, PK = 24, PL = 28, PT = 25, QA = 29, RO = 24, RS = 22, SA = 24, SE = 24, SI = 19, SK = 24,
  SM = 27, TN = 24, TR = 26, UA = 29, XK = 20 }
function M.iban(s)
  local length = iban_lengths[s:sub(1, 2)]
  s = s:gsub("%s", "")
  if not length or #s < length then return false end
  s = s:sub(1, length) -- more of the same form may follow
  return remainder(s:sub(5) .. s:sub(1, 4), 97) == 1
end

local function weighted(number, weights)
  local sum = 0
  for i, weight in ipairs(weights) do sum = sum + weight * (number:byte(i) - 48) end
  return sum
end

local function all_same(number) return number == number:sub(1, 1):rep(#number) end

-- German Steuer-Identifikationsnummer: ISO 7064 MOD 11,10; of the first ten digits one stands twice or thrice.
function M.steuer_id(s)
  local number, product, seen, most = digits_of(s), 10, {}, 0
  if #number ~= 11 or number:sub(1, 1) == "0" then return false end
  for i = 1, 10 do
    local d = number:byte(i) - 48
    seen[d] = (seen[d] or 0) + 1
    most = math.max(most, seen[d])
    local sum = (d + product) % 10
    product = 2 * (sum == 0 and 10 or sum) % 11
  end
  return (most == 2 or most == 3) and (11 - product) % 10 == number:byte(11) - 48
end

-- French NIR: key = 97 - number mod 97; Corsica's departments 2A and 2B count as 19 and 18.
function M.nir(s)
  s = s:gsub("[%s.]", ""):upper()
  local number, key = s:gsub("^(%d%d%d%d%d)2A", "%119"):gsub("^(%d%d%d%d%d)2B", "%118"):match "^([12]%d%d[0-9]%d%d%d%d%d%d%d%d%d)(%d%d)$"
  return number ~= nil and tonumber(s:sub(4, 5)) ~= 0 and 97 - tonumber(number) % 97 == tonumber(key)
end

-- Spanish DNI and NIE: the letter is the remainder by 23.
local dni_letters = "TRWAGMYFPDXBNJZSQVHLCKE"
function M.dni(s)
  local head, letter = s:upper():match "^([XYZ%d]%d%d%d%d%d%d%d)[- ]?(%u)$"
  if not head then return false end
  local number = tonumber((head:gsub("^[XYZ]", { X = "0", Y = "1", Z = "2" })))
  return number > 0 and dni_letters:sub(number % 23 + 1, number % 23 + 1) == letter
end

-- Italian codice fiscale: characters at odd places have values of their own.
local odd_values = { 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23 }
function M.codice_fiscale(s)
  s = s:upper()
  if not s:find "^%u%u%u%u%u%u%d%d[ABCDEHLMPRST]%d%d%u%d%d%d%u$" then return false end
  local sum = 0
  for i = 1, 15 do
    local c = s:sub(i, i)
    local n = c:find "%d" and tonumber(c) or c:byte() - 65
    sum = sum + (i % 2 == 1 and odd_values[n + 1] or n)
  end
  return sum % 26 == s:byte(16) - 65
end

-- Polish PESEL: a date of birth (the century is in the month) and weights 1 3 7 9.
function M.pesel(s)
  local month, day = tonumber(s:sub(3, 4)) or 0, tonumber(s:sub(5, 6)) or 0
  if not s:find "^%d%d%d%d%d%d%d%d%d%d%d$" or month % 20 < 1 or month % 20 > 12 or day < 1 or day > 31 then return false end
  return weighted(s, { 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1 }) % 10 == 0
end

-- Dutch BSN: the 11-proof.
function M.bsn(s)
  local number = digits_of(s)
  return #number == 9 and not all_same(number) and weighted(number, { 9, 8, 7, 6, 5, 4, 3, 2, -1 }) % 11 == 0
end

-- Brazilian CPF: two check digits by 11.
function M.cpf(s)
  local number = digits_of(s)
  if #number ~= 11 or all_same(number) then return false end
  local first = weighted(number, { 10, 9, 8, 7, 6, 5, 4, 3, 2 }) * 10 % 11 % 10
  local second = weighted(number, { 11, 10, 9, 8, 7, 6, 5, 4, 3, 2 }) * 10 % 11 % 10
  return first == number:byte(10) - 48 and second == number:byte(11) - 48
end

-- Indian Aadhaar: Verhoeff's check, by the dihedral group of order 10.
local permutation = { 1, 5, 7, 6, 2, 8, 3, 0, 9, 4 }
local function times(a, b)
  if a < 5 then return b < 5 and (a + b) % 5 or 5 + (a + b) % 5 end
  return b < 5 and 5 + (a - b) % 5 or (a - b) % 5
end
function M.aadhaar(s)
  local number, check = digits_of(s), 0
  if #number ~= 12 or number:find "^[01]" then return false end
  for i = 0, 11 do
    local d = number:byte(12 - i) - 48
    for _ = 1, i % 8 do d = permutation[d + 1] end
    check = times(check, d)
  end
  return check == 0
end

-- US SSN and UK NINO have no check digit, but numbers that are never given out.
function M.ssn(s)
  local area, group, serial = s:match "^(%d%d%d)-?(%d%d)-?(%d%d%d%d)$"
  return area ~= nil and area ~= "000" and area ~= "666" and area < "900" and group ~= "00" and serial ~= "0000" and s ~= "123-45-6789" and s ~= "078-05-1120"
end
function M.nino(s)
  local prefix = s:gsub("%s", ""):upper():match "^([ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z])%d%d%d%d%d%d[A-D]$"
  return prefix ~= nil and not (" BG GB NK KN TN NT ZZ QQ "):find(prefix, 1, true)
end

-- --- addresses and numbers ---

local nobody = { "example%.", "^example", "@test%.", "@localhost", "noreply", "no%-reply", "donotreply", "@github%.com$", "@gitlab%.com$", "@bitbucket%.org$", "^git@", "@email%.com$",
  "@mail%.com$", "@domain%.", "@company%.", "@yourdomain", "@your", "^your", "^user%d*@", "^test%d*@", "^foo@", "^bar@", "^name@", "^username@", "^admin@", "^info@", "^support@",
  "^contact@", "^help@", "^root@", "^hello@", "^sales@", "^security@", "^webmaster@", "^john%.?doe", "^jane%.?doe", "gserviceaccount%.com$", "%.local$", "%.internal$",
  "amazonaws%.com$", "%.lan$", "^acme", "@acme%.", "@foo%.", "@bar%.", "@users%.", "googlegroups%.com$", "@lists%.", "%.iam$", "@python%.org$", "@fakemail", "^postmaster@" }
local file_endings = { png = true, jpg = true, jpeg = true, gif = true, svg = true, js = true, css = true, html = true, py = true, ipynb = true, json = true, gz = true, zip = true, whl = true,
  txt = true, csv = true, md = true, yaml = true, yml = true, sh = true, so = true, dll = true, exe = true, pkl = true, pth = true, pt = true, bin = true, jar = true, ps = true, php = true }

-- True if a mail address may be a person's: not that of documentation, a git remote, a robot or an office.
function M.is_somebody(address)
  address = address:lower()
  if address:find "^..?@" or address:find "@.%." or file_endings[address:match "%.(%w+)$"] then return false end
  for _, pattern in ipairs(nobody) do
    if address:find(pattern) then return false end
  end
  return true
end

local function is_phone(s)
  local n = #digits_of(s)
  return n >= 7 and n <= 15 and s:find "^[%d+][%d ()./x+-]+$" ~= nil or s:find "^%(%d%d%d%) ?%d%d%d%-%d%d%d%d$" ~= nil
end

local function is_international(s)
  local digits = digits_of(s)
  return #digits >= 9 and #digits <= 15 and not digits:find "555" and not digits:find "^1?23456" and not all_same(digits:sub(-7))
end

local function is_national(s)
  local digits = digits_of(s)
  return digits:sub(4, 6) ~= "555" and digits:sub(1, 3) ~= "555" and digits:find "^[2-9]%d%d[2-9]" ~= nil and not digits:find "123456"
end

local function is_card(s)
  local digits = digits_of(s)
  return #digits >= 13 and #digits <= 19 and M.luhn(digits) and not digits:find "^4111111111" and not digits:find "^42424242" and not digits:find "^5555555555" and not digits:find "000000"
end

-- --- kinds: in running text ---

-- what: as messages name it · hints: one of them stands in the text, lower case (none: any text) · regex · ok: the proof.
M.kinds = {
  { what = "e-mail addresses", mail = true, ok = M.is_somebody },
  { what = "phone numbers", hints = { "+" }, regex = [[(?<![\w+.)-])\+[1-9]\d{0,2}[ -]?\(?\d{1,4}\)?(?:[ -]\d{2,5}){2,4}(?![\w.-])]], ok = is_international },
  { what = "phone numbers", hints = { "(" }, regex = [[(?<![\w(.])\([2-9]\d{2}\) ?[2-9]\d{2}-\d{4}(?![\w.-])]], ok = is_national },
  { what = "phone numbers", hints = { "phone", "tel", "mobile", "cell" }, regex = [[(?<![\w.-])[2-9]\d{2}[-.][2-9]\d{2}[-.]\d{4}(?![\w.-])]], ok = is_national },
  { what = "bank account numbers", hints = { "iban", "konto", "account", "bank" }, regex = [[(?<![\w-])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\w-])]], ok = M.iban },
  { what = "bank account numbers", regex = [[(?<![\w-])[A-Z]{2}\d{2}(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3}(?![A-Z0-9]))?]], ok = M.iban },
  { what = "card numbers", regex = [[(?<![\w.-])(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6011|65\d{2})[ -]\d{4}[ -]\d{4}[ -]\d{4}(?![\w.-])]], ok = is_card },
  { what = "card numbers", hints = { "card", "visa", "amex" }, regex = [[(?<![\w.-])(?:4\d{15}|5[1-5]\d{14}|3[47]\d{13}|3[47]\d{2}[ -]\d{6}[ -]\d{5})(?![\w.-])]], ok = is_card },
  { what = "social security numbers", hints = { "ssn", "social sec", "social_sec" }, regex = [[(?<![\w.-])\d{3}-\d{2}-\d{4}(?![\w.-])]], ok = M.ssn },
  { what = "national insurance numbers", hints = { "nino", "national ins", "national_ins" }, regex = [[(?<!\w)[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)]], ok = M.nino },
  { what = "social security numbers (France)", hints = { "nir", "insee", "sécu", "secu" }, regex = [[(?<![\w.])[12] ?\d{2} ?[0-9]\d ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?![\w.])]], ok = M.nir },
  { what = "tax numbers (Germany)", hints = { "steuer", "idnr", "tax" }, regex = [[(?<![\w.])\d{2} ?\d{3} ?\d{3} ?\d{3}(?![\w.])]], ok = M.steuer_id },
  { what = "tax codes (Italy)", regex = [[(?<!\w)[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?!\w)]], ok = M.codice_fiscale },
  { what = "identity numbers (Spain)", hints = { "dni", "nie", "nif" }, regex = [[(?<!\w)[XYZ\d]\d{7}[- ]?[A-Z](?!\w)]], ok = M.dni },
  { what = "PESEL numbers", hints = { "pesel" }, regex = [[(?<![\w.])\d{11}(?![\w.])]], ok = M.pesel },
  { what = "BSN numbers", hints = { "bsn", "burgerservice" }, regex = [[(?<![\w.])\d{9}(?![\w.])]], ok = M.bsn },
  { what = "CPF numbers", regex = [[(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w.-])]], ok = M.cpf },
  { what = "Aadhaar numbers", hints = { "aadha" }, regex = [[(?<![\w.])[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}(?![\w.])]], ok = M.aadhaar },
}

local most_mails = 2000

-- Mail addresses are found by their @: what stands before it is looked at only there.
local function mails(body)
  local out, at = {}, 0
  for _ = 1, most_mails do
    at = body:find("@", at + 1, true)
    if not at then break end
    local host = body:sub(at + 1, at + 120):match "^[%w-]+%.[%w.-]*%a%a+"
    local from, _, user = body:sub(math.max(1, at - 65), at - 1):find "([%w_.+%%-]+)$"
    local before = from and at - 65 + from - 2 or 0
    if host and user and #user >= 2 and #user <= 64 and not body:sub(math.max(1, at - #user - 1), at - #user - 1):find "[:/\\]" and before then
      host = host:match "^(.-)[.-]*$"
      if host:find "%.%a%a+$" then out[#out + 1] = user:match "^[.%%-]*(.*)$" .. "@" .. host end
    end
  end
  return out
end

local function matched(body, regex)
  local out = {}
  for _, match in ipairs(text.matches(body, regex, 2000)) do out[#out + 1] = match.text end
  return out
end

local function is_hinted(lower, kind)
  if not kind.hints then return true end
  for _, hint in ipairs(kind.hints) do
    if lower:find(hint, 1, true) then return true end
  end
  return false
end

-- The distinct values of a kind in running text: a list. `proved` is the share of what has the form that passes the proof.
local function distinct(body, kind)
  local out, seen, tried = {}, {}, 0
  for _, value in ipairs(kind.mail and mails(body) or matched(body, kind.regex)) do
    if not seen[value] then
      seen[value], tried = true, tried + 1
      if kind.ok(value) then out[#out + 1] = value end
    end
  end
  return out, tried > 0 and #out / tried or 0
end

-- The kinds of which the text holds two values or more: { what, values }. Where most of what has the form fails the proof, what
-- passes did so by chance.
function M.find(body)
  local out, lower = {}, body:lower()
  for _, kind in ipairs(M.kinds) do
    if kind.mail and body:find("@", 1, true) or not kind.mail and is_hinted(lower, kind) then
      local values, proved = distinct(body, kind)
      if #values >= 2 and (kind.mail or proved > 0.5) then out[#out + 1] = { what = kind.what, values = values } end
    end
  end
  return out
end

-- --- columns ---

local function is_name(s)
  return s:find "^%u[%a\x80-\xff'’.-]+$" ~= nil or s:find "^%u[%a\x80-\xff'’.-]*,? [%u][%a\x80-\xff'’. -]*$" ~= nil and #s < 40
end

local function is_date(s)
  return s:find "^%d%d%d%d[-/.]%d%d?[-/.]%d%d?" ~= nil or s:find "^%d%d?[-/.]%d%d?[-/.]%d%d%d?%d?$" ~= nil
end

local function is_money(s)
  local n = tonumber((s:gsub("[$€£, ]", ""):gsub("[kK]$", "000")))
  return n ~= nil and n >= 1000
end

local function is_address(s) return s:find "^%d+[%w-]*,? +%u%a+" ~= nil or s:find "^%u[%a\x80-\xff .-]+ %d+%w?$" ~= nil or s:find "^%u[%a. ]+, %u" ~= nil and s:find "%d" ~= nil end
local function is_ip(s)
  local a, b = s:match "^(%d+)%.(%d+)%.%d+%.%d+$"
  return a ~= nil and tonumber(a) < 224 and a ~= "10" and a ~= "127" and a ~= "0" and not (a == "192" and b == "168")
end
local function is_id(s) return s:find "^[%w-]+$" ~= nil and s:find "%d" ~= nil end
local function is_words(s) return s:find "^%a[%a%d .,()/-]+$" ~= nil end

-- weight: 2 names a person by itself, 1 only beside another. names: words of the column's name, joined by _, that it ends with or is.
local columns = {
  { what = "e-mail addresses", weight = 2, names = "email e_mail mail email_address emailaddress mail_address", ok = function(s) return s:find "^[%w._%%+-]+@[%w-]+%.[%w.-]+$" ~= nil and M.is_somebody(s) end },
  { what = "phone numbers", weight = 2, names = "phone phone_number telephone tel mobile mobile_number cell_phone fax telefon telefonnummer handy phone_no phonenumber contact_number", ok = is_phone },
  { what = "social security numbers", weight = 2, names = "ssn social_security_number social_security", ok = M.ssn },
  { what = "national insurance numbers", weight = 2, names = "nino national_insurance_number", ok = M.nino },
  { what = "social security numbers (France)", weight = 2, names = "nir insee numero_secu num_secu", ok = M.nir },
  { what = "tax numbers (Germany)", weight = 2, names = "steuer_id steuerid idnr steueridentifikationsnummer tax_id", ok = M.steuer_id },
  { what = "tax codes (Italy)", weight = 2, names = "codice_fiscale codicefiscale cf", ok = M.codice_fiscale },
  { what = "identity numbers (Spain)", weight = 2, names = "dni nie nif", ok = M.dni },
  { what = "PESEL numbers", weight = 2, names = "pesel", ok = M.pesel },
  { what = "BSN numbers", weight = 2, names = "bsn burgerservicenummer", ok = M.bsn },
  { what = "CPF numbers", weight = 2, names = "cpf", ok = M.cpf },
  { what = "Aadhaar numbers", weight = 2, names = "aadhaar aadhar aadhaar_number uid_number", ok = M.aadhaar },
  { what = "bank account numbers", weight = 2, names = "iban account_number bank_account kontonummer", ok = M.iban },
  { what = "card numbers", weight = 2, names = "card_number cc_number credit_card credit_card_number cc_num card_no pan", ok = is_card },
  { what = "names", weight = 2, names = [[first_name firstname given_name forename vorname last_name lastname surname family_name nachname full_name fullname patient_name customer_name
    employee_name client_name contact_name person_name applicant_name member_name subscriber_name policyholder nombre apellido prenom nom_famille]], ok = is_name },
  { what = "names", weight = 1, names = "name patient employee client applicant", ok = is_name },
  { what = "dates of birth", weight = 1, names = "dob birth_date birthdate date_of_birth birthday geburtsdatum fecha_nacimiento date_naissance dateofbirth", ok = is_date },
  { what = "salaries", weight = 1, names = "salary annual_salary monthly_salary wage income gehalt lohn annual_income remuneration base_salary", ok = is_money },
  { what = "patients", weight = 1, names = "patient_id patientid patient_no mrn medical_record_number patient_number", ok = is_id },
  { what = "employees", weight = 1, names = "employee_id employeeid emp_id personnel_number personalnummer employee_number", ok = is_id },
  { what = "diagnoses", weight = 1, names = "diagnosis icd icd_code icd10 diagnose medication", ok = is_words },
  { what = "addresses", weight = 1, names = "street street_address home_address address_line address_line1 strasse anschrift postal_address", ok = is_address },
  { what = "IP addresses", weight = 1, names = "ip ip_address ipaddress client_ip user_ip", ok = is_ip },
  { what = "passport numbers", weight = 2, names = "passport passport_number passport_no reisepass", ok = is_id },
}

local by_name = {}
for _, column in ipairs(columns) do
  for name in column.names:gmatch "%S+" do
    by_name[name] = by_name[name] or {}
    table.insert(by_name[name], column)
  end
end

-- "Customer.eMail" -> "customer_e_mail"
local function words_of(name)
  return (name:gsub("(%l)(%u)", "%1_%2"):gsub("[^%w\x80-\xff]+", "_"):gsub("^_+", ""):gsub("_+$", ""):lower())
end

-- The kinds that a column of this name may hold: by the whole name, then by its last words.
local function kinds_of(name)
  local words = words_of(name)
  while words ~= "" do
    if by_name[words] then return by_name[words], words end
    words = words:match "^[^_]*_(.*)$" or ""
  end
  return nil
end

-- The distinct values of a column that agree with the kind, if nearly all that are there do.
local function agreeing(shown, i, kind)
  local values, seen, filled, agree = {}, {}, 0, 0
  for _, row in ipairs(shown.rows) do
    local value = row[i]
    if value ~= "" and value ~= "NaN" and value ~= "None" and value ~= "nan" and value ~= "<NA>" and value ~= "..." then
      filled = filled + 1
      if kind.ok(value) then
        agree = agree + 1
        if not seen[value] then seen[value], values[#values + 1] = true, value end
      end
    end
  end
  if agree < 2 or agree < filled * 0.8 then return nil end
  return values
end

-- The columns of a table that hold personal data: { what, weight, column, values }; and their weight in all, each kind once.
function M.columns(shown)
  local out, weight, told = {}, 0, {}
  for i, name in ipairs(shown.header) do
    for _, kind in ipairs(kinds_of(name) or {}) do
      local values = agreeing(shown, i, kind)
      if values and #values >= 2 then
        out[#out + 1] = { what = kind.what, column = name, values = values }
        if not told[kind.what] then told[kind.what], weight = true, weight + kind.weight end
        break
      end
    end
  end
  return out, weight
end

return M
