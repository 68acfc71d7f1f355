import CRialto
import CRialtoDraft

extension PluginLibrary {
    /// Where a plugin says that it asks, by the draft `rialto.requests/1`; nil when nowhere. What
    /// is no place is left out, and so is refused.
    static func requests(_ plugin: rialto_plugin_t) -> [String]? {
        let id = Array(RIALTO_REQUESTS_EXTENSION.utf8CString)
        let table = id.withUnsafeBufferPointer { id in
            plugin.get_extension?(
                rialto_text_t(data: id.baseAddress, size: UInt64(id.count - 1)))
        }
        guard let table = table?.assumingMemoryBound(to: rialto_requests_t.self),
            table.pointee.struct_size >= MemoryLayout<rialto_requests_t>.size,
            let first = table.pointee.places
        else { return nil }
        let stride = Int(first.pointee.struct_size)
        guard stride >= MemoryLayout<rialto_request_place_t>.size, stride <= 4096, stride % 8 == 0
        else { return nil }
        let count = min(table.pointee.place_count, RIALTO_REQUEST_PLACES_MAX)
        return (0..<Int(count)).compactMap { index in
            let place = (UnsafeRawPointer(first) + index * stride).load(
                as: rialto_request_place_t.self)
            let parts = [place.method, place.host, place.path].map(Self.word)
            return parts.contains("") ? nil : parts.joined(separator: " ")
        }
    }

    /// A text of visible ASCII characters; empty when it is none.
    private static func word(_ text: rialto_text_t) -> String {
        guard text.size <= 1024 else { return "" }
        let word = String(text)
        return word.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? word : ""
    }
}
