import RialtoKit

/// Whoever the operator names, by the paths of the formats that are spoken.
private let places = RequestPlaces(
    RequestPlace("POST", path: "/v1/chat/completions"),
    RequestPlace("POST", path: "/chat/completions"),
    RequestPlace("POST", path: "/compatible-mode/v1/chat/completions"),
    RequestPlace("POST", path: "/v1/messages"))

private let library = Library(
    .strategy(LLM.self).offering { places.answer($0) }, .model(LLMOpinions.self))

/// The one exported function.
@c(rialto_plugin_entry)
public func entry(
    _ host: UnsafePointer<rialto_host_t>?,
    _ out: UnsafeMutablePointer<UnsafePointer<rialto_library_t>?>?,
    _ error: UnsafeMutablePointer<rialto_error_t>?
) -> rialto_result {
    library.answer(host, out, error)
}
