import CRialto
import CWorker

/// The names of series that an instance asked for at its creation, each numbered from 0.
package struct SeriesNames: Equatable, Sendable {
    /// Under which it publishes.
    package private(set) var published: [String] = []
    /// Which it reads.
    package private(set) var read: [String] = []

    /// Checks a name and adds it where it is new.
    ///
    /// - Parameter isModel: Only models publish.
    /// - Returns: As the functions of `rialto_series_services_t`.
    mutating func add(
        _ name: rialto_text_t, publishes: Bool, isModel: Bool,
        _ out: UnsafeMutablePointer<UInt32>?
    ) -> rialto_result {
        guard isModel || !publishes else { return RIALTO_ERROR_UNSUPPORTED }
        guard let out, rialto_is_series_name(name) != 0 else { return RIALTO_ERROR_ARGUMENT }
        let name = String(name)
        var list = publishes ? published : read
        if let known = list.firstIndex(of: name) {
            out.pointee = UInt32(known)
            return RIALTO_OK
        }
        guard list.count < Int(RIALTO_SERIES_MAX) else { return RIALTO_ERROR_MEMORY }
        out.pointee = UInt32(list.count)
        list.append(name)
        if publishes { published = list } else { read = list }
        return RIALTO_OK
    }

    /// Takes over what an instance in a worker asked for, copied before it is checked.
    ///
    /// - Returns: nil where it is nothing that a worker says.
    init?(_ answer: UnsafePointer<rialto_answer_t>, isModel: Bool) {
        let count = answer.pointee.series_count
        guard count <= 2 * RIALTO_SERIES_MAX else { return nil }
        for index in 0..<count {
            let said = rialto_answer_series(answer, index)
            guard said.size <= RIALTO_SERIES_NAME_MAX else { return nil }
            let result = withUnsafeBytes(of: said.name) { bytes in
                var number: UInt32 = 0
                let name = rialto_text_t(
                    data: bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                    size: UInt64(said.size))
                return add(name, publishes: said.publishes != 0, isModel: isModel, &number)
            }
            guard result == RIALTO_OK else { return nil }
        }
    }

    init() {}

    /// Names that a model of the host's own publishes under; nil where one is no name.
    init?(published names: [String]) {
        for name in names {
            var number: UInt32 = 0
            let result = Array(name.utf8).withUnsafeBytes { bytes in
                let text = rialto_text_t(
                    data: bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                    size: UInt64(bytes.count))
                return add(text, publishes: true, isModel: true, &number)
            }
            guard result == RIALTO_OK else { return nil }
        }
    }
}
