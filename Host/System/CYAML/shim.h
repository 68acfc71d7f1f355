// libyaml: the event parser that RialtoConfiguration reads YAML and JSON with.
#include <yaml.h>
