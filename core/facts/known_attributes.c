#include "facts/known.h"

#define FRAME "pandas.DataFrame"
#define PATH "pathlib.Path"

typedef struct mlo_pair {
  mlo_str key, value;
} mlo_pair;

static mlo_str looked_up(const mlo_pair *pairs, size_t count, mlo_str key) {
  for (size_t i = 0; i < count; i++)
    if (mlo_str_eq(pairs[i].key, key)) return pairs[i].value;
  return (mlo_str){0};
}
#define LOOK_UP(pairs, key) looked_up((pairs), sizeof(pairs) / sizeof *(pairs), (key))

mlo_str mlo_attribute_class(mlo_str owner, mlo_str attribute) {
  static const struct {
    mlo_str owner;
    mlo_pair pair;
  } attributes[] = {
#define A(owner, attribute, class)                                                                 \
  {                                                                                                \
    MLO_STR_INIT(owner), { MLO_STR_INIT(attribute), MLO_STR_INIT(class) }                          \
  }
      A(PATH, "parent", PATH),
      A(PATH, "name", "builtins.str"),
      A(PATH, "stem", "builtins.str"),
      A(PATH, "suffix", "builtins.str"),
      A(PATH, "parts", "builtins.tuple[builtins.str,...]"),
      A(PATH, "parents", "builtins.list[" PATH "]"),
      A(FRAME, "T", FRAME),
      A(FRAME, "columns", "pandas.Index"),
      A(FRAME, "index", "pandas.Index"),
      A(FRAME, "values", "numpy.ndarray"),
      A(FRAME, "dtypes", "pandas.Series"),
      A("pandas.Series", "index", "pandas.Index"),
      A("pandas.Series", "values", "numpy.ndarray"),
      A("numpy.ndarray", "T", "numpy.ndarray"),
      A("numpy.ndarray", "shape", "builtins.tuple[builtins.int,...]"),
      A("torch.Tensor", "T", "torch.Tensor"),
      A("torch.Tensor", "data", "torch.Tensor"),
      A("torch.Tensor", "grad", "torch.Tensor"),
      A("torch.Tensor", "shape", "torch.Size"),
      A("torch.Tensor", "device", "torch.device"),
#undef A
  };
  for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
    if (mlo_str_eq(attributes[i].owner, owner) && mlo_str_eq(attributes[i].pair.key, attribute))
      return attributes[i].pair.value;
  return (mlo_str){0};
}

#define P(key, value)                                                                              \
  { MLO_STR_INIT(key), MLO_STR_INIT(value) }

mlo_str mlo_known_items(mlo_str container) {
  static const mlo_pair items[] = {
      P("builtins.open()", "builtins.str"),
      P("os.environ", "builtins.str"),
      P("sys.argv", "builtins.str"),
      P("sys.path", "builtins.str"),
      P("sys.stdin", "builtins.str"),
      P("pathlib.Path.open()", "builtins.str"),
      P("torch.Tensor", "torch.Tensor"),
      P("torch.nn.Sequential", "torch.nn.Module"),
      P("torch.nn.ModuleList", "torch.nn.Module"),
  };
  return LOOK_UP(items, container);
}

mlo_str mlo_known_entered(mlo_str manager) {
  static const mlo_pair entered[] = {
      P("tempfile.TemporaryDirectory", "builtins.str"),
      P("pytest.raises()", "pytest.ExceptionInfo"),
      P("os.scandir()", "collections.abc.Iterator[os.DirEntry]"),
  };
  return LOOK_UP(entered, manager);
}

mlo_str mlo_known_fixture(mlo_str name) {
  static const mlo_pair fixtures[] = {
      P("capfd", "pytest.CaptureFixture"),
      P("caplog", "pytest.LogCaptureFixture"),
      P("capsys", "pytest.CaptureFixture"),
      P("mocker", "pytest_mock.MockerFixture"),
      P("monkeypatch", "pytest.MonkeyPatch"),
      P("recwarn", "pytest.WarningsRecorder"),
      P("request", "pytest.FixtureRequest"),
      P("tmp_path", PATH),
      P("tmp_path_factory", "pytest.TempPathFactory"),
  };
  return LOOK_UP(fixtures, name);
}

/* All names without underscores in front that these classes have, as words. */
static const struct {
  mlo_str class;
  const char *attributes;
} closed[] = {
    {MLO_STR_INIT("builtins.bool"),
     " as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag "
     "numerator real to_bytes "},
    {MLO_STR_INIT("builtins.bytes"),
     " capitalize center count decode endswith expandtabs find fromhex hex index isalnum "
     "isalpha isascii isdigit islower isspace istitle isupper join ljust lower lstrip "
     "maketrans partition removeprefix removesuffix replace rfind rindex rjust rpartition "
     "rsplit rstrip split splitlines startswith strip swapcase title translate upper zfill "},
    {MLO_STR_INIT("builtins.dict"),
     " clear copy fromkeys get items keys pop popitem setdefault update values "},
    {MLO_STR_INIT("builtins.float"),
     " as_integer_ratio conjugate fromhex hex imag is_integer real "},
    {MLO_STR_INIT("builtins.frozenset"),
     " copy difference intersection isdisjoint issubset issuperset symmetric_difference "
     "union "},
    {MLO_STR_INIT("builtins.int"),
     " as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag "
     "numerator real to_bytes "},
    {MLO_STR_INIT("builtins.list"),
     " append clear copy count extend index insert pop remove reverse sort "},
    {MLO_STR_INIT("builtins.set"),
     " add clear copy difference difference_update discard intersection intersection_update "
     "isdisjoint issubset issuperset pop remove symmetric_difference "
     "symmetric_difference_update union update "},
    {MLO_STR_INIT("builtins.str"),
     " capitalize casefold center count encode endswith expandtabs find format format_map "
     "index isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric "
     "isprintable isspace istitle isupper join ljust lower lstrip maketrans partition "
     "removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split "
     "splitlines startswith strip swapcase title translate upper zfill "},
    {MLO_STR_INIT("builtins.tuple"), " count index "},
    {MLO_STR_INIT("pathlib.Path"),
     " _cached_cparts _cparts _drv _format_parsed_parts _from_parsed_parts _from_parts "
     "_hash _make_child _make_child_relpath _parse_args _parts _pparts _root _scandir _str "
     "absolute anchor as_posix as_uri chmod cwd drive exists expanduser from_uri "
     "full_match glob group hardlink_to home is_absolute is_block_device is_char_device "
     "is_dir is_fifo is_file is_mount is_relative_to is_reserved is_socket is_symlink "
     "iterdir joinpath lchmod link_to lstat match mkdir name open owner parent parents "
     "parser parts read_bytes read_text readlink relative_to rename replace resolve rglob "
     "rmdir root samefile stat stem suffix suffixes symlink_to touch unlink walk with_name "
     "with_stem with_suffix write_bytes write_text "},
};

bool mlo_class_lacks(mlo_str class, mlo_str attribute) {
  bool call = mlo_str_eq(attribute, MLO_STR("__call__"));
  if (!call && (!attribute.len || attribute.ptr[0] == '_')) return false;
  size_t i = 0, count = sizeof closed / sizeof *closed;
  while (i < count && !mlo_str_eq(closed[i].class, class)) i++;
  if (i == count) return false;
  for (const char *at = closed[i].attributes; *at; at = strchr(at + 1, ' ')) {
    if (at[1] == '\0') break;
    if (strncmp(at + 1, attribute.ptr, attribute.len) == 0 && at[1 + attribute.len] == ' ')
      return false;
  }
  return true;
}
