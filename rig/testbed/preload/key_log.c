// Preloaded into the servers of the lab: it writes the keys of their TLS connections to the file
// that TWINLINE_KEY_LOG names, in NSS form, so that the rig reads what goes over the wire while a
// phone is offered all that it is offered in the field. Kamailio's own TLS module writes no such
// log.
#define _GNU_SOURCE
#include <openssl/ssl.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static const char* file;

// At the start, because nginx forgets its environment.
__attribute__((constructor)) static void remember(void) {
    const char* named = getenv("TWINLINE_KEY_LOG");
    file = named == NULL ? NULL : strdup(named);
}

// In one piece and at the end of the file: several processes write to it.
static void write_key(const SSL* ssl, const char* line) {
    (void)ssl;
    const int log = open(file, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (log < 0) return;
    char end = '\n';
    const struct iovec parts[] = {{(char*)line, strlen(line)}, {&end, 1}};
    const ssize_t written = writev(log, parts, 2);
    (void)written;  // the rig tells of a connection whose key is missing
    close(log);
}

static SSL_CTX* listen_to(SSL_CTX* context) {
    if (file != NULL && context != NULL && SSL_CTX_get_keylog_callback(context) == NULL)
        SSL_CTX_set_keylog_callback(context, write_key);
    return context;
}

typedef SSL_CTX* NewContext(const SSL_METHOD*);
typedef SSL_CTX* NewContextOf(OSSL_LIB_CTX*, const char*, const SSL_METHOD*);
typedef SSL* NewConnection(SSL_CTX*);

SSL_CTX* SSL_CTX_new(const SSL_METHOD* method) {
    NewContext* real = NULL;
    *(void**)&real = dlsym(RTLD_NEXT, "SSL_CTX_new");
    return listen_to(real(method));
}

SSL_CTX* SSL_CTX_new_ex(OSSL_LIB_CTX* library, const char* properties, const SSL_METHOD* method) {
    NewContextOf* real = NULL;
    *(void**)&real = dlsym(RTLD_NEXT, "SSL_CTX_new_ex");
    return listen_to(real(library, properties, method));
}

SSL* SSL_new(SSL_CTX* context) {
    NewConnection* real = NULL;
    *(void**)&real = dlsym(RTLD_NEXT, "SSL_new");
    return real(listen_to(context));
}
