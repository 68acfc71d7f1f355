import RialtoKit

private let library = Library(.model(Sentiment.self))

/// The one exported function.
@c(rialto_plugin_entry)
public func entry(
    _ host: UnsafePointer<rialto_host_t>?,
    _ out: UnsafeMutablePointer<UnsafePointer<rialto_library_t>?>?,
    _ error: UnsafeMutablePointer<rialto_error_t>?
) -> rialto_result {
    library.answer(host, out, error)
}
