"""Rules of WordPress.org's Plugin Check that reading can judge: each names what is wrong.

Written from its list of checks (https://wordpress.org/plugins/plugin-check/). What it measures on a
running site, and which functions of WordPress are deprecated by now, isn't here.
"""

import re
from collections.abc import Callable, Iterator

Rule = Callable[[str], Iterator[str]]

TEXT_DOMAIN = "tillside"
_TRANSLATING = (
    "__ _e _x _ex esc_html__ esc_html_e esc_html_x esc_attr__ esc_attr_e esc_attr_x".split()
)
_PLURALS = "_n _nx".split()
_STRING = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\$]|\\.)*\""
_OBFUSCATING = (
    "eval assert create_function base64_decode gzinflate gzuncompress gzdecode str_rot13"
    " convert_uudecode hex2bin pack unserialize"
).split()
_RUNNING = "exec shell_exec system passthru popen proc_open pcntl_exec dl".split()
_BETTER_BY_WORDPRESS = (
    "curl_init curl_exec fsockopen file_put_contents fopen fwrite unlink rename mysql_query"
    " mysqli_query parse_url strip_tags rand mt_rand date json_encode"
).split()
_DEVELOPMENT = "var_dump var_export print_r error_log debug_backtrace phpinfo trigger_error".split()
_OFFLOADED = r"(?:googleapis|gstatic|jsdelivr|unpkg|cloudflare|bootstrapcdn|cdnjs|fontawesome)\."


def code_of(source: str) -> str:
    """A file without its comments; lines stay where they are."""

    def blank(match: re.Match[str]) -> str:
        text = match[0]
        return text if text[0] in "'\"" else "\n" * text.count("\n")

    return re.sub(
        rf"{_STRING}|/\*.*?\*/|(?<![:'\"])//[^\n]*|^\s*#[^\n]*", blank, source, flags=re.S
    )


def _called(code: str, names: list[str]) -> Iterator[str]:
    pattern = rf"(?<![\w>:$\\])({'|'.join(names)})\s*\("
    for match in re.finditer(pattern, code):
        yield match[1]


def translates_its_own(source: str) -> Iterator[str]:
    """Texts are literals, of the plugin's own text domain."""
    for match in re.finditer(rf"(?<![\w>:$])({'|'.join(_TRANSLATING)})\(\s*", code_of(source)):
        told = code_of(source)[match.end() :]
        context = rf"\s*,\s*(?:{_STRING})" if match[1].endswith("x") else ""
        if not re.match(rf"(?:{_STRING}){context}\s*,\s*'{TEXT_DOMAIN}'\s*\)", told):
            yield f"{match[1]} with another domain, or a text that is no literal"
    yield from (f"{name}: plurals have no test here" for name in _called(source, _PLURALS))


def obfuscates_nothing(source: str) -> Iterator[str]:
    """Nothing is run that was a text, and no text is hidden."""
    code = code_of(source)
    yield from _called(code, _OBFUSCATING + _RUNNING)
    if "`" in re.sub(_STRING, "''", code):
        yield "backticks"
    if re.search(r"preg_replace\(\s*'(.).*?\1\w*e", code):
        yield "preg_replace with /e"
    if re.search(r"[A-Za-z0-9+/]{200,}={0,2}", source):
        yield "a long encoded text"


def uses_wordpress_own(source: str) -> Iterator[str]:
    """What WordPress does better, and what only development needs."""
    yield from _called(code_of(source), _BETTER_BY_WORDPRESS + _DEVELOPMENT)


def queries_prepared(source: str) -> Iterator[str]:
    """The database is asked by prepare(), or by what escapes by itself."""
    code = code_of(source)
    for match in re.finditer(r"\$wpdb->(query|get_var|get_row|get_col|get_results)\(\s*", code):
        if not code[match.end() :].startswith("$wpdb->prepare("):
            yield f"$wpdb->{match[1]} without prepare"


def guards_what_it_takes(source: str) -> Iterator[str]:
    """Posted fields are read behind a nonce and a capability, and each is made clean."""
    code = code_of(source)
    has_nonce = re.search(r"\b(?:check_admin_referer|wp_verify_nonce|check_ajax_referer)\(", code)
    if "$_POST" in code and not (has_nonce and "current_user_can(" in code):
        yield "$_POST without a nonce and a capability"
    for match in re.finditer(r"\$_(?:GET|POST|REQUEST|COOKIE|SERVER)\[", code):
        before = code[max(0, match.start() - 60) : match.start()]
        if not re.search(r"(?:isset\( |sanitize_\w+\( (?:wp_unslash\( )?|wp_unslash\( )$", before):
            yield f"{match[0]}…] as it came"


def routes_ask_who(source: str) -> Iterator[str]:
    """Each REST route has a permission callback that isn't open to all."""
    code = code_of(source)
    routes = len(re.findall(r"'callback'\s*=>", code)) if "register_rest_route(" in code else 0
    asked = re.findall(r"'permission_callback'\s*=>\s*'(\w+)'", code)
    if len(asked) != routes:
        yield f"{routes} routes with {len(asked)} permission callbacks"
    yield from (each for each in asked if each == "__return_true")


def loads_nothing_from_elsewhere(source: str) -> Iterator[str]:
    """Scripts and styles are the plugin's own files, with their version."""
    code = code_of(source)
    yield from re.findall(_OFFLOADED, code)
    for match in re.finditer(r"wp_(?:enqueue|register)_(script|style)\(([^;]*);", code):
        told = match[2]
        if "plugins_url(" not in told and told.count(",") > 0:
            yield f"a {match[1]} that isn't the plugin's own"
        if told.count(",") > 0 and "TILLSIDE_VERSION" not in told:
            yield f"a {match[1]} without its version"
    if re.search(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)\s*=\s*[\"']https?:", code):
        yield "markup that loads from elsewhere"


def keeps_to_its_place(source: str) -> Iterator[str]:
    """No updates past WordPress.org, no unfiltered uploads, no addresses of a developer."""
    code = code_of(source)
    for word in (
        "update_plugins",
        "plugins_api",
        "auto_update_plugin",
        "ALLOW_UNFILTERED_UPLOADS",
        "localhost",
        "127.0.0.1",
        "move_uploaded_file",
        "ini_set",
        "set_time_limit",
        "query_posts",
    ):
        if word in code:
            yield word


def tags_are_plain(source: str) -> Iterator[str]:
    """PHP opens by its one tag, and closes nowhere at the end."""
    if re.search(r"<\?(?!php\b|xml\b)|<%|<script\s+language", source):
        yield "an opening tag that isn't <?php"
    if not source.startswith("<?php\n"):
        yield "something before <?php"


RULES: dict[str, Rule] = {
    each.__name__: each
    for each in (
        translates_its_own,
        obfuscates_nothing,
        uses_wordpress_own,
        queries_prepared,
        guards_what_it_takes,
        routes_ask_who,
        loads_nothing_from_elsewhere,
        keeps_to_its_place,
        tags_are_plain,
    )
}
