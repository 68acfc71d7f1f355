// OpenSSL's libcrypto, as much of it as Swift needs.
#include <openssl/evp.h>
