#include "store/place.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { AT_HOME, AT_VAR_TMP };

static void open_store(struct place *place, size_t index, uid_t user, bool create)
{
    store_open(text_get(&place->paths[index]), user, create, &place->stores[index]);
}

/* As far as modes and mounts tell: access(2) asks for the real user. */
static bool is_writable(const struct store *store)
{
    struct stat status;
    struct statvfs system;
    if (store->directory < 0 || fstat(store->directory, &status) != 0 ||
        fstatvfs(store->directory, &system) != 0 || (system.f_flag & ST_RDONLY))
        return false;
    return geteuid() == 0 || store->shared ||
           (status.st_uid == geteuid() && (status.st_mode & S_IWUSR));
}

/* The owner writes at home. Anybody else may where a group's directory is there already. */
static void open_at_home(struct place *place, const struct stat *home, bool create)
{
    const bool is_his = geteuid() == home->st_uid;
    open_store(place, AT_HOME, home->st_uid, create && is_his);
    const struct store *store = &place->stores[AT_HOME];
    const bool writable = is_writable(store);
    /* without `create` it may just not be there yet */
    const bool missing = store->directory < 0 && store->error == 0 && !create;
    place->own =
        (writable && (is_his || store->shared)) || (is_his && missing) ? AT_HOME : AT_VAR_TMP;
    place->moved = is_his && place->own != AT_HOME;
}

static void open_places(const char *home, bool create, struct place *place)
{
    struct stat status;
    file_add_below(&place->paths[AT_HOME], home, ".cache/check_claude");
    int error = 0;
    if (stat(home, &status) != 0) {
        place->error = errno == ENOENT ? place->error : errno;
        status.st_uid = geteuid();
        place->stores[AT_HOME] =
            (struct store){.directory = -1, .trouble = TEXT_INIT(2 * PATH_MAX)};
        place->own = AT_VAR_TMP;
    } else {
        if (geteuid() == 0 && status.st_uid != 0) {
            error = identity_take(status.st_uid, status.st_gid, &place->root);
            place->acts = error == 0;
        }
        open_at_home(place, &status, create);
        place->moved = place->moved || (error != 0 && place->own != AT_HOME);
    }
    text_format(&place->paths[AT_VAR_TMP], "/var/tmp/check_claude-%lu", (unsigned long)geteuid());
    open_store(place, AT_VAR_TMP, geteuid(), create && place->own == AT_VAR_TMP);
    if (place->own == AT_HOME && place->stores[AT_VAR_TMP].is_foreign)
        place->stores[AT_VAR_TMP].may_hold = false; /* we cannot have put anything there */
    place->common = AT_VAR_TMP;
    place->count = 2;
}

void place_enter(const char *asked, const char *home, bool create, struct place *ret)
{
    *ret = (struct place){.paths = {TEXT_INIT(PATH_MAX), TEXT_INIT(PATH_MAX)},
                          .key = TEXT_INIT(PATH_MAX)};
    for (size_t i = 0; i < PLACE_STORES; i++)
        ret->stores[i] = (struct store){.directory = -1};
    ret->error = store_add_key(&ret->key, home);
    if (asked) {
        text_add(&ret->paths[0], asked);
        open_store(ret, 0, geteuid(), create);
        ret->count = 1;
    } else {
        open_places(home, create, ret);
    }
    for (size_t i = 0; i < ret->count; i++)
        if (ret->paths[i].failed || ret->paths[i].truncated)
            ret->error = ret->paths[i].failed ? ENOMEM : ENAMETOOLONG;
}

struct store *place_common(struct place *place)
{
    struct store *store = &place->stores[place->common];
    if (store->directory < 0 && store->error == 0) {
        store_close(store);
        open_store(place, place->common, geteuid(), true);
    }
    return store;
}

void place_leave(struct place *place)
{
    for (size_t i = 0; i < place->count; i++) {
        store_close(&place->stores[i]);
        text_free(&place->paths[i]);
    }
    text_free(&place->key);
    if (place->acts)
        identity_resume(&place->root);
    place->count = 0;
    place->acts = false;
}

void place_add_words(const struct place *place, struct text *text)
{
    text_add(text, text_get(&place->paths[place->own]));
    for (size_t i = 0; i < place->count; i++) {
        const struct store *store = &place->stores[i];
        if (i != place->own && store->directory >= 0)
            text_format(text, ", also read: %s", text_get(&place->paths[i]));
        if (store->trouble.length > 0)
            text_format(text, ", not used: %s", text_get(&store->trouble));
    }
}
