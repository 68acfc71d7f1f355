// Rialto kit for C++: the C tables of a plugin, its note and the entry.
#ifndef RIALTO_KIT_LIBRARY_HPP
#define RIALTO_KIT_LIBRARY_HPP

#include <iterator>
#include <new>
#include <type_traits>

#include "rialto/kit/drive.hpp"
#include "rialto/kit/setup.hpp"

namespace rialto {

// What a plugin is. See rialto_plugin_t for the fields.
struct Info {
    std::string_view id, version, name, summary, author, license;
};

// A parameter. A plugin lists its own as `static constexpr rialto::Parameter parameters[]`.
using Parameter = rialto_parameter_t;

namespace detail {

constexpr rialto_value_t value(uint16_t type, int64_t integer, uint16_t decimals, double number,
                               std::string_view word) {
    return {sizeof(rialto_value_t), type, decimals, integer, number, text(word)};
}

constexpr Parameter parameter(uint32_t id, uint16_t type, std::string_view name,
                              std::string_view unit, std::string_view summary,
                              rialto_value_t lowest, rialto_value_t highest, rialto_value_t step,
                              rialto_value_t initial) {
    return {sizeof(Parameter), id, type, 0, RIALTO_PARAMETER_OPTIMISABLE, text(name), text(unit),
            text(summary), text(""), lowest, highest, step, initial};
}

constexpr Parameter counted(uint32_t id, uint16_t type, std::string_view name,
                            std::string_view unit, std::string_view summary, int64_t lowest,
                            int64_t highest, int64_t initial) {
    return parameter(id, type, name, unit, summary, value(type, lowest, 0, 0, ""),
                     value(type, highest, 0, 0, ""), value(type, 1, 0, 0, ""),
                     value(type, initial, 0, 0, ""));
}

} // namespace detail

// A whole number, lowest...highest.
constexpr Parameter integer(uint32_t id, std::string_view name, std::string_view unit,
                            std::string_view summary, int64_t lowest, int64_t highest,
                            int64_t initial) {
    return detail::counted(id, RIALTO_VALUE_INTEGER, name, unit, summary, lowest, highest, initial);
}

// A length of time in nanoseconds.
constexpr Parameter duration(uint32_t id, std::string_view name, std::string_view summary,
                             int64_t lowest, int64_t highest, int64_t initial) {
    return detail::counted(id, RIALTO_VALUE_DURATION, name, "", summary, lowest, highest, initial);
}

// Yes or no.
constexpr Parameter boolean(uint32_t id, std::string_view name, std::string_view summary,
                            bool initial) {
    return detail::counted(id, RIALTO_VALUE_BOOLEAN, name, "", summary, 0, 1, initial ? 1 : 0);
}

// A finite number, lowest...highest.
constexpr Parameter number(uint32_t id, std::string_view name, std::string_view unit,
                           std::string_view summary, double lowest, double highest,
                           double initial) {
    constexpr uint16_t type = RIALTO_VALUE_NUMBER;
    return detail::parameter(id, type, name, unit, summary, detail::value(type, 0, 0, lowest, ""),
                             detail::value(type, 0, 0, highest, ""),
                             detail::value(type, 0, 0, 0, ""),
                             detail::value(type, 0, 0, initial, ""));
}

// An exact decimal above zero, up to 10^12: a quantity, a price or an amount.
constexpr Parameter decimal(uint32_t id, std::string_view name, std::string_view unit,
                            std::string_view summary, int64_t units, uint16_t decimals) {
    constexpr uint16_t type = RIALTO_VALUE_DECIMAL;
    return detail::parameter(id, type, name, unit, summary, detail::value(type, 1, 18, 0, ""),
                             detail::value(type, 1000000000000, 0, 0, ""),
                             detail::value(type, 0, 0, 0, ""),
                             detail::value(type, units, decimals, 0, ""));
}

namespace detail {

inline rialto_result fill_error(rialto_error_t *error, rialto_result code, std::string_view why) {
    if (error == nullptr) return code;
    const size_t size = why.size() < sizeof error->text ? why.size() : sizeof error->text - 1;
    error->code = code;
    std::memcpy(error->text, why.data(), size);
    error->text[size] = 0;
    return code;
}

// Whether S has a function `needs`, as strategies and models must.
template <class S, class = void> struct HasNeeds : std::false_type {};
template <class S>
struct HasNeeds<S, std::void_t<decltype(std::declval<const S &>().needs())>> : std::true_type {};

template <class S, class = void> struct IsOpenLoop {
    static bool of(const S &) { return false; }
};
template <class S>
struct IsOpenLoop<S, std::void_t<decltype(std::declval<const S &>().is_open_loop())>> {
    static bool of(const S &plugin) { return plugin.is_open_loop(); }
};

template <class S, class = void> struct Parameters {
    static constexpr const Parameter *list = nullptr;
    static constexpr uint32_t count = 0;
};
template <class S> struct Parameters<S, std::void_t<decltype(std::size(S::parameters))>> {
    static constexpr const Parameter *list = S::parameters;
    static constexpr uint32_t count = std::size(S::parameters);
};

// What an instance needs; an exchange that does not say needs the answers, and timers where it has
// on_timer.
template <class S> inline std::vector<Need> needs_of(const S &plugin) {
    if constexpr (HasNeeds<S>::value) return plugin.needs();
    else if constexpr (Names_on_timer<S>::value)
        return {events(RIALTO_KIND_RESPONSES), events(RIALTO_KIND_TIMERS)};
    else return {events(RIALTO_KIND_RESPONSES)};
}

// An instance, and why it failed; the reason is logged when the host destroys it, since nothing on
// the data lane calls the host.
template <class S> struct Box {
    explicit Box(const rialto_services_t &host)
        : services(host), plugin(Setup(host)), needs(needs_of(plugin)) {}

    ~Box() {
        if (failure[0] != 0)
            services.log(services.host, RIALTO_LOG_ERROR, text(std::string_view(failure)));
    }

    rialto_result fail(rialto_result code, std::string_view why) noexcept {
        const size_t size = why.size() < sizeof failure ? why.size() : sizeof failure - 1;
        std::memcpy(failure, why.data(), size);
        failure[size] = 0;
        return code;
    }

    const rialto_services_t &services;
    S plugin;
    std::vector<Need> needs;
    char failure[248] = {};
};

// Runs `body`; what it throws becomes a result, told to `fail(code, text)`.
template <class Body, class Fail>
inline rialto_result guarded(Body body, Fail fail) noexcept {
    try {
        return body();
    } catch (const Failure &failure) {
        return fail(RIALTO_ERROR_PARAMETER, failure.what());
    } catch (const std::bad_alloc &) {
        return fail(RIALTO_ERROR_MEMORY, "out of memory");
    } catch (const std::exception &error) {
        return fail(RIALTO_ERROR, error.what());
    } catch (...) {
        return fail(RIALTO_ERROR, "an exception of an unknown type");
    }
}

template <class S, class Out>
inline rialto_result run(void *self, const rialto_batch_t *batch, Out &out,
                         uint32_t *out_consumed) noexcept {
    Box<S> &box = *static_cast<Box<S> *>(self);
    return guarded(
        [&] {
            const uint32_t consumed = drive(box.plugin, *batch, out);
            if (out.has_overflowed())
                return box.fail(RIALTO_ERROR_MEMORY, "one time group wants more than fits");
            *out_consumed = consumed;
            return RIALTO_OK;
        },
        [&](rialto_result code, std::string_view why) { return box.fail(code, why); });
}

template <class S> inline void destroy(void *self) noexcept { delete static_cast<Box<S> *>(self); }

// Makes the box and lets `fill(box)` complete the table.
template <class S, class Fill>
inline rialto_result create(const rialto_services_t *services, rialto_needs_t *out_needs,
                            rialto_error_t *out_error, uint32_t flags, Fill fill) noexcept {
    return guarded(
        [&]() -> rialto_result {
            Box<S> *box = new Box<S>(*services);
            const bool is_open_loop = IsOpenLoop<S>::of(box->plugin);
            out_needs->flags = flags | (is_open_loop ? RIALTO_NEEDS_OPEN_LOOP : 0);
            out_needs->need_count = static_cast<uint32_t>(box->needs.size());
            out_needs->intents_per_group = per_group;
            out_needs->needs = box->needs.data();
            fill(box);
            return RIALTO_OK;
        },
        [&](rialto_result code, std::string_view why) { return fill_error(out_error, code, why); });
}

constexpr rialto_plugin_t describe(uint32_t kind, const Info &info, const Parameter *parameters,
                                   uint32_t count, decltype(rialto_plugin_t::create) create) {
    return {sizeof(rialto_plugin_t), kind, text(info.id), text(info.version), text(info.name),
            text(info.summary), text(info.author), text(info.license), parameters, count, 0,
            nullptr, create, nullptr};
}

} // namespace detail

// Offers S as a strategy of a library.
template <class S> struct Strategy {
    static constexpr const Info &info = S::info;
    static_assert(detail::HasNeeds<S>::value, "a strategy has: std::vector<Need> needs() const");

    static rialto_result on_batch(void *self, const rialto_batch_t *batch,
                                  rialto_intents_t *intents, uint32_t *out_consumed) {
        const auto &plugin = static_cast<detail::Box<S> *>(self)->plugin;
        Intents out(*intents, batch->flags, detail::IsOpenLoop<S>::of(plugin));
        return detail::run<S>(self, batch, out, out_consumed);
    }

    static rialto_result create(const rialto_plugin_t *, const rialto_services_t *services,
                                void *out_table, rialto_needs_t *out_needs,
                                rialto_error_t *out_error) {
        return detail::create<S>(services, out_needs, out_error, 0, [&](detail::Box<S> *box) {
            auto *table = static_cast<rialto_strategy_t *>(out_table);
            table->self = box;
            table->on_batch = on_batch;
            table->destroy = detail::destroy<S>;
        });
    }

    static constexpr rialto_plugin_t table =
        detail::describe(RIALTO_PLUGIN_STRATEGY, S::info, detail::Parameters<S>::list,
                         detail::Parameters<S>::count, create);
};

// Offers M as a model of a library.
template <class M> struct Model {
    static constexpr const Info &info = M::info;
    static_assert(detail::HasNeeds<M>::value, "a model has: std::vector<Need> needs() const");

    static rialto_result on_batch(void *self, const rialto_batch_t *batch,
                                  rialto_forecasts_out_t *forecasts, uint32_t *out_consumed) {
        Forecasts out(*forecasts, batch->flags);
        return detail::run<M>(self, batch, out, out_consumed);
    }

    static rialto_result create(const rialto_plugin_t *, const rialto_services_t *services,
                                void *out_table, rialto_needs_t *out_needs,
                                rialto_error_t *out_error) {
        return detail::create<M>(services, out_needs, out_error, 0, [&](detail::Box<M> *box) {
            auto *table = static_cast<rialto_model_t *>(out_table);
            table->self = box;
            table->on_batch = on_batch;
            table->destroy = detail::destroy<M>;
        });
    }

    static constexpr rialto_plugin_t table =
        detail::describe(RIALTO_PLUGIN_MODEL, M::info, detail::Parameters<M>::list,
                         detail::Parameters<M>::count, create);
};

// A library of plugins; RIALTO_PLUGIN makes one.
template <class First, class... More> struct Library {
    static constexpr const rialto_plugin_t *plugins[] = {&First::table, &More::table...};
    static constexpr rialto_library_t table = {sizeof(rialto_library_t), RIALTO_ABI_MAJOR,
                                               RIALTO_ABI_MINOR, 1 + sizeof...(More), plugins};
    static constexpr const Info &info = First::info;

    // [any]
    static rialto_result answer(const rialto_host_t *host, const rialto_library_t **out_library,
                                rialto_error_t *out_error) {
        if (!RIALTO_HOST_SPEAKS(host))
            return detail::fill_error(out_error, RIALTO_ERROR_ABI,
                                      "this plugin speaks ABI major 0 only");
        *out_library = &table;
        return RIALTO_OK;
    }
};

} // namespace rialto

// Makes a library of the plugins given: the note, with id and version of the first, and the entry.
// Use it once, at the end of one source file, outside any namespace.
#define RIALTO_PLUGIN(id_text, version_text, ...)                                                  \
    static_assert(rialto::Library<__VA_ARGS__>::info.id == id_text                                 \
                      && rialto::Library<__VA_ARGS__>::info.version == version_text,               \
                  "the note says what the first plugin's info says");                              \
    RIALTO_WRITE_NOTE(id_text, version_text, "c++", __VERSION__);                                  \
    rialto_result rialto_plugin_entry(const rialto_host_t *host,                                   \
                                      const rialto_library_t **out_library,                        \
                                      rialto_error_t *out_error) {                                 \
        return rialto::Library<__VA_ARGS__>::answer(host, out_library, out_error);                 \
    }                                                                                              \
    static_assert(true, "")

#endif
