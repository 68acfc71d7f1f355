// libcurl, with a typed door for each variadic call that the host makes: Swift imports none.
#include <curl/curl.h>
#include <netdb.h>
#include <sys/socket.h>

static inline CURLcode ccurl_set_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

// libcurl copies the text.
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *text) {
    return curl_easy_setopt(handle, option, text);
}

// The bytes must stay until the transfer is over.
static inline CURLcode ccurl_set_body(CURL *handle, const void *bytes, curl_off_t size) {
    CURLcode result = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, size);
    return result ? result : curl_easy_setopt(handle, CURLOPT_POSTFIELDS, bytes ? bytes : "");
}

// The list must stay until the transfer is over.
static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *list) {
    return curl_easy_setopt(handle, option, list);
}

typedef size_t (*ccurl_take)(char *bytes, size_t size, size_t count, void *owner);
typedef int (*ccurl_progress)(void *owner, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d);
typedef int (*ccurl_connected)(void *owner, char *remote, char *local, int remote_port,
                               int local_port);

// Who is told of headers, body, the passing of time, and the address that was connected to.
static inline CURLcode ccurl_set_owner(CURL *handle, void *owner, ccurl_take header,
                                       ccurl_take body, ccurl_progress progress,
                                       ccurl_connected connected) {
    CURLcode results[] = {
        curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, header),
        curl_easy_setopt(handle, CURLOPT_HEADERDATA, owner),
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body),
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, owner),
        curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress),
        curl_easy_setopt(handle, CURLOPT_XFERINFODATA, owner),
        curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, connected),
        curl_easy_setopt(handle, CURLOPT_PREREQDATA, owner),
        curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L),
    };
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        if (results[i]) return results[i];
    return CURLE_OK;
}

static inline CURLcode ccurl_get_number(CURL *handle, CURLINFO info, long *out_value) {
    return curl_easy_getinfo(handle, info, out_value);
}
