#include "base/secret.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

/* Each row is what may be shown, and what follows. */
START_TEST(nothing_of_a_secret_is_shown)
{
    static const struct {
        const char *shown, *hidden;
    } rows[] = {
        {"+ export ANTHROPIC_API_KEY=", "canary"},
        {"+ export 'ANTHROPIC_API_KEY=", "can ary'"},
        {"ANTHROPIC_AUTH_TOKEN=", "'can\nary' x"},
        {"AWS_BEARER_TOKEN_BEDROCK=", "canary"},
        {"aws_secret_access_key =", " canary"},
        {"password:", " canary"},
        {"Db_Passwd=", "$'can\\nary'"},
        {"{\"claudeAiOauth\":{\"accessToken\":", "\"canary\",\"refreshToken\":\"canary\"}}"},
        {"{\\\"refreshToken\\\" :", " \\\"canary\\\"}"},
        {"apiKeyHelper:", " '/opt/helper canary'"},
        {"curl -H 'x-api-key:", " canary'"},
        {"Authorization:", " Bearer canary"},
        {"sent with Bearer ", "canary"},
        {"claude --api-key ", "canary"},
        {"claude --token=", "canary"},
        {" [34m\"apiKey\" [0m:", " [32m\"canary\""},
        {"first a KEY then TOKEN=", "canary"},
        {"PASS=", "canary"},
        {"+ MY_PWD=", "canary"},
        {"AWS_SESSION=", "canary"},
        {"password ", "canary7"},
        {"token is ", "canary"},
        {"the Password was ", "canary"},
        {"API_KEY ->", " canary"},
        {"API_KEY  =", "  canary"},
        {"API_KEY  ", "canary7"},
        {"user_pass:", "canary"},
        {"connect to https://", "user:canary@proxy:3128 failed"},
        {"http://", "canary@host/"},
        {"GET https://host/path?", "sig=canary"},
        {"cannot use ", "c4n4ryC4N4RY00c4n4ry0"},
        {"key ", "c4n4ry"},
        {"token ", "canary"},
        {"token \"", "canary\""},
        {"token ('", "canary')"},
        {"password is: ", "canary"},
        {"the password for user ", "bob is canary"},
        {"passphrase \"", "correct canary\""},
        {"password ", "1234567"},
        {"token] = ", "canary"},
        {"\"token\" , \"", "canary\""},
        {"token; ", "canary"},
        {"<token>", "canary</token>"},
        {"token", "\uff1dcanary"},
        {"TOKEN[0]=", "canary"},
        {"oauth ", "canary7"},
        {"OAUTH_CODE=", "canary"},
        {"code=", "canary7"},
        {"/path?k=", "canary7"},
        {"+ A=", "canary"},
        {"+ export A=", "canary"},
        {"user:", "canary@host"},
        {"dsn=u:", "canary@tcp(h)"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char line[200];
        snprintf(line, sizeof line, "%s%s", rows[i].shown, rows[i].hidden);
        ck_assert_msg(secret_begins(line) == strlen(rows[i].shown), "%s: %zu", line,
                      secret_begins(line));
    }
}
END_TEST

START_TEST(no_key_of_the_cli_is_shown)
{
    static const char *const before[] = {"", "it is ", "+ X=", "_", "\"", "https://x/"};
    for (size_t i = 0; i < COUNT(before); i++) {
        char line[200];
        snprintf(line, sizeof line, "%s%s-%s-canary Y", before[i], i % 2 ? "SK" : "sk", "ant");
        ck_assert_msg(secret_begins(line) == strlen(before[i]), "%s: %zu", line,
                      secret_begins(line));
    }
}
END_TEST

START_TEST(other_words_are_shown)
{
    static const char *const lines[] = {
        "",
        "Error: claude native binary not installed.",
        "SyntaxError: Unexpected token '?'",
        "SyntaxError: Unexpected token } in JSON at position 3",
        "Invalid API key \u00b7 Please run /login",
        "keys and tokens, a Bearer",
        "/usr/bin/env: 'node': No such file or directory",
        "node:internal/modules/cjs/loader:1143 throw err; ^ Error: Cannot find module",
        "sk-anything [0m x [",
        "token expired, password required, key not found",
        "token 5 of 7, key 12",
        "API_KEY not set",
        "OAuth token has expired. Please run /login",
        "OAuth token is invalid",
        "could not load the credentials. Browse to the address",
        "Your organization has disabled API key authentication",
        "apiKeyHelper failed: exited 3: no such file",
        "the 32000 output token maximum. To configure this behavior, set the "
        "CLAUDE_CODE_MAX_OUTPUT_TOKENS environment variable.",
        "prompt is too long: 205000 tokens > 200000 maximum",
        "You've hit your session limit \u00b7 resets 6:07pm (UTC)",
        "There's an issue with the selected model (claude-3-5-sonnet-20241022)",
        "git@github.com:a/b exited with code=1 after time=30s",
        "API Error: 401 {\"type\":\"error\",\"message\":\"invalid x-api-key\"}",
        "https://code.claude.com/docs/en/setup is the address",
        "at Module._compile (node:internal/modules/cjs/loader:1256:14)",
        ("/home/agent/.nvm/versions/node/v20.11.1/lib/node_modules/@anthropic-ai/claude-code/"
         "cli.js:7"),
        "error while loading shared libraries: libstdc++.so.6: cannot open shared object file",
        "claude: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found",
        "/lib64/ld-linux-x86-64.so.2: No such file or directory",
    };
    for (size_t i = 0; i < COUNT(lines); i++)
        ck_assert_msg(secret_begins(lines[i]) == strlen(lines[i]), "%s", lines[i]);
}
END_TEST

SUITE_MAIN("secret", nothing_of_a_secret_is_shown, no_key_of_the_cli_is_shown,
           other_words_are_shown)
