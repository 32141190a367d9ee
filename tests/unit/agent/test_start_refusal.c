#include "agent/start_refusal.h"

#include "base/file_replace.h"
#include "scratch.h"

#include <elf.h>

static struct cli_binary explained(const char *path, int error)
{
    struct cli_binary binary = {.look = CLI_NOT_EXECUTABLE,
                                .error = error,
                                .path = TEXT_INIT(PATH_MAX),
                                .detail = TEXT_INIT(PATH_MAX)};
    text_add(&binary.path, path);
    start_refusal_explain(&binary);
    return binary;
}

static void expect(const char *path, int error, enum refusal refusal, const char *detail)
{
    struct cli_binary binary = explained(path, error);
    ck_assert_msg(binary.refusal == refusal, "%s: %d", path, (int)binary.refusal);
    ck_assert_str_eq(text_get(&binary.detail), detail);
    text_free(&binary.path);
    text_free(&binary.detail);
}

START_TEST(tells_scripts_and_texts)
{
    static const struct {
        const char *content;
        int error;
        enum refusal refusal;
        const char *detail;
    } rows[] = {
        {"#!/missing/node\n", ENOENT, REFUSAL_INTERPRETER, "/missing/node"},
        {"#! /missing/node --x\n", ENOENT, REFUSAL_INTERPRETER, "/missing/node"},
        {"#!/missing/node\r\n", ENOENT, REFUSAL_INTERPRETER, "/missing/node"},
        {"#!/bin/sh\r\n", ENOENT, REFUSAL_LINE_END, "/bin/sh"},
        {"#!/bin/sh\r\n", EACCES, REFUSAL_OTHER, ""},
        {"#!/etc/passwd\n", EACCES, REFUSAL_INTERPRETER_CLOSED, "/etc/passwd"},
        {"#!/bin/sh\n", EACCES, REFUSAL_OTHER, ""},
        {"#!/bin/sh\n", ENOENT, REFUSAL_OTHER, ""},
        {"#!/\n", EACCES, REFUSAL_INTERPRETER_CLOSED, "/"},
        {"#!/etc/passwd\n", ENOENT, REFUSAL_OTHER, ""},
        {"echo \"Error: claude native binary not installed.\" >&2\n", ENOEXEC, REFUSAL_STUB, ""},
        {"run node install.cjs\n", ENOEXEC, REFUSAL_STUB, ""},
        {"hello\n", ENOEXEC, REFUSAL_OTHER, ""},
        {"", ENOEXEC, REFUSAL_OTHER, ""},
        {"\177ELF", ENOEXEC, REFUSAL_OTHER, ""},
        {"hello\n", ETXTBSY, REFUSAL_BEING_REPLACED, ""},
    };
    scratch_enter();
    for (size_t i = 0; i < COUNT(rows); i++) {
        scratch_write("claude", rows[i].content, 0755);
        expect("claude", rows[i].error, rows[i].refusal, rows[i].detail);
    }
    expect("missing", ENOENT, REFUSAL_OTHER, "");
    scratch_write("claude", "#!/etc/passwd\n", 0644);
    expect("claude", EACCES, REFUSAL_OTHER, "");
}
END_TEST

START_TEST(names_the_install_step_of_the_package)
{
    char want[2 * PATH_MAX];
    scratch_enter();
    scratch_write("lib/node_modules/@anthropic-ai/claude-code/bin/claude.exe", "echo install.cjs\n",
                  0755);
    scratch_directory("bin");
    ck_assert_int_eq(
        symlink("../lib/node_modules/@anthropic-ai/claude-code/bin/claude.exe", "bin/claude"), 0);
    char *real = realpath(".", NULL);
    ck_assert_ptr_nonnull(real);
    snprintf(want, sizeof want, "%s/lib/node_modules/@anthropic-ai/claude-code/install.cjs", real);
    free(real);
    expect("bin/claude", ENOEXEC, REFUSAL_STUB, want);
}
END_TEST

/* An ELF file of 64 bits for this machine with that loader. */
static void write_elf(unsigned machine, const char *loader)
{
    struct {
        Elf64_Ehdr head;
        Elf64_Phdr parts[2];
        char loader[64];
    } elf;
    memset(&elf, 0, sizeof elf);
    memcpy(elf.head.e_ident, ELFMAG, SELFMAG);
    elf.head.e_ident[EI_CLASS] = ELFCLASS64;
    elf.head.e_machine = (Elf64_Half)machine;
    elf.head.e_phoff = sizeof elf.head;
    elf.head.e_phnum = 2;
    elf.parts[0].p_type = PT_PHDR;
    elf.parts[1].p_type = PT_INTERP;
    elf.parts[1].p_offset = sizeof elf.head + sizeof elf.parts;
    elf.parts[1].p_filesz = strlen(loader) + 1;
    strcpy(elf.loader, loader);
    ck_assert_int_eq(file_replace(AT_FDCWD, "claude", (char *)&elf, sizeof elf, 0755, false), 0);
}

START_TEST(names_a_loader_that_is_missing)
{
    scratch_enter();
    write_elf(EM_X86_64, "/lib/ld-musl-nowhere.so.1");
    expect("claude", ENOENT, REFUSAL_LOADER, "/lib/ld-musl-nowhere.so.1");
    write_elf(EM_X86_64, "/bin/sh");
    expect("claude", ENOENT, REFUSAL_OTHER, "");
}
END_TEST

START_TEST(names_another_machine)
{
    scratch_enter();
    write_elf(EM_S390, "/lib/ld64.so.1"); /* the plugin's tests do not run there */
    expect("claude", ENOEXEC, REFUSAL_MACHINE, "s390x");
}
END_TEST

/* Whatever the bytes say: no read outside of them. */
START_TEST(damaged_headers_are_nothing_special)
{
    scratch_enter();
    for (unsigned i = 0; i < 400; i++) {
        unsigned char elf[200];
        for (size_t b = 0; b < sizeof elf; b++)
            elf[b] = (unsigned char)(i % 2 ? 0xFF : i * 31 + b * 7);
        memcpy(elf, ELFMAG, SELFMAG);
        elf[EI_CLASS] = ELFCLASS64;
        ck_assert_int_eq(file_replace(AT_FDCWD, "claude", (char *)elf, 64 + i % 136, 0755, false),
                         0);
        struct cli_binary binary = explained("claude", ENOENT);
        text_free(&binary.path);
        text_free(&binary.detail);
    }
}
END_TEST

SUITE_MAIN("start_refusal", tells_scripts_and_texts, names_the_install_step_of_the_package,
           names_a_loader_that_is_missing, names_another_machine,
           damaged_headers_are_nothing_special)
