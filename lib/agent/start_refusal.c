#include "agent/start_refusal.h"

#include "base/file.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#define HEAD 4096 /* bytes of the file that are looked at */

struct head {
    int fd;
    char bytes[HEAD + 1];
    size_t length;
};

/* False where we may not read it: then nothing can be said. */
static bool read_head(const char *path, struct head *ret)
{
    if (file_open(AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0, &ret->fd) != 0)
        return false;
    if (file_read_at(ret->fd, 0, ret->bytes, HEAD, &ret->length) != 0) {
        close(ret->fd);
        return false;
    }
    ret->bytes[ret->length] = '\0';
    return true;
}

/* Its postinstall step would have put the program in the place of this text. */
static void explain_stub(struct cli_binary *binary)
{
    static const char package[] = "/@anthropic-ai/claude-code/";
    char *real = realpath(text_get(&binary->path), NULL);
    const char *at = real ? strstr(real, package) : NULL;
    binary->refusal = REFUSAL_STUB;
    if (at) {
        text_add_bytes(&binary->detail, real, (size_t)(at - real) + sizeof package - 1);
        text_add(&binary->detail, "install.cjs");
    }
    free(real);
}

static bool is_missing(const char *path)
{
    struct stat status;
    return stat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

static bool can_execute(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
           faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
}

/* "#!/usr/bin/node" */
static void explain_script(struct cli_binary *binary, const struct head *head)
{
    const char *name = head->bytes + 2 + strspn(head->bytes + 2, " \t");
    const size_t length = strcspn(name, " \t\r\n");
    text_add_bytes(&binary->detail, name, length);
    if (is_missing(text_get(&binary->detail)))
        binary->refusal = REFUSAL_INTERPRETER;
    else if (binary->error == EACCES && can_execute(text_get(&binary->path)) &&
             !can_execute(text_get(&binary->detail)))
        binary->refusal = REFUSAL_INTERPRETER_CLOSED;
    else if (binary->error == ENOENT && name[length] == '\r')
        binary->refusal = REFUSAL_LINE_END;
    else
        text_reset(&binary->detail);
}

/* By what uname(2) calls them. */
static const char *machine_name(unsigned machine)
{
    switch (machine) {
    case EM_X86_64: return "x86_64";
    case EM_AARCH64: return "aarch64";
    case EM_386: return "i686";
    case EM_ARM: return "armv7l";
    case EM_RISCV: return "riscv64";
    case EM_PPC64: return "ppc64le";
    case EM_S390: return "s390x";
    default: return "another processor";
    }
}

static void explain_machine(struct cli_binary *binary, unsigned machine)
{
    struct utsname here;
    const char *name = machine_name(machine);
    if (uname(&here) != 0 || strcmp(here.machine, name) == 0)
        return;
    binary->refusal = REFUSAL_MACHINE;
    text_add(&binary->detail, name);
}

/* The loader that a 64-bit program names in its PT_INTERP segment; false when there is none. */
static bool read_loader(const struct head *head, char *ret, size_t size)
{
    Elf64_Ehdr elf;
    memcpy(&elf, head->bytes, sizeof elf);
    for (unsigned i = 0; i < elf.e_phnum; i++) {
        Elf64_Phdr part;
        const uint64_t at = elf.e_phoff + i * (uint64_t)sizeof part;
        if (elf.e_phoff > HEAD || at + sizeof part > head->length)
            return false;
        memcpy(&part, head->bytes + at, sizeof part);
        if (part.p_type != PT_INTERP || part.p_filesz == 0 || part.p_filesz >= size)
            continue;
        size_t length = 0;
        int error = file_read_at(head->fd, part.p_offset, ret, part.p_filesz, &length);
        ret[length] = '\0';
        return error == 0 && length > 0;
    }
    return false;
}

static void explain_elf(struct cli_binary *binary, const struct head *head)
{
    Elf64_Ehdr elf;
    char loader[256];
    if (head->length < sizeof elf)
        return;
    memcpy(&elf, head->bytes, sizeof elf);
    if (binary->error == ENOEXEC) {
        explain_machine(binary, elf.e_machine);
    } else if (elf.e_ident[EI_CLASS] == ELFCLASS64 && read_loader(head, loader, sizeof loader) &&
               is_missing(loader)) {
        binary->refusal = REFUSAL_LOADER;
        text_add(&binary->detail, loader);
    }
}

static void explain_content(struct cli_binary *binary)
{
    struct head head;
    if (!read_head(text_get(&binary->path), &head))
        return;
    if (memcmp(head.bytes, ELFMAG, SELFMAG) == 0)
        explain_elf(binary, &head);
    else if (strncmp(head.bytes, "#!", 2) == 0)
        explain_script(binary, &head);
    else if (strstr(head.bytes, "install.cjs") || strstr(head.bytes, "native binary not installed"))
        explain_stub(binary);
    close(head.fd);
}

void start_refusal_explain(struct cli_binary *binary)
{
    struct statvfs system;
    const char *path = text_get(&binary->path);
    binary->refusal = REFUSAL_OTHER;
    text_reset(&binary->detail);
    if (binary->error == ETXTBSY)
        binary->refusal = REFUSAL_BEING_REPLACED;
    else if (binary->error == EACCES && statvfs(path, &system) == 0 && (system.f_flag & ST_NOEXEC))
        binary->refusal = REFUSAL_NOEXEC;
    else if (binary->error == ENOENT || binary->error == ENOEXEC || binary->error == EACCES)
        explain_content(binary);
}
