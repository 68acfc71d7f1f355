internal import CRialtoDraft

/// Engines that a plugin computes with, as its manifest names them. Make one as a global constant
/// and answer ``Plugin/offering(_:)`` from it.
public struct EngineNames: Sendable {
    private let address: Int

    /// - Parameter names: Such as `lightgbm`; 1...8.
    public init(_ names: String...) {
        precondition((1...Int(RIALTO_ENGINES_MAX)).contains(names.count), "1...8 engines")
        let list = UnsafeMutablePointer<rialto_text_t>.allocate(capacity: names.count)
        for (index, name) in names.enumerated() {
            (list + index).initialize(to: LibraryTables.text(name))
        }
        let table = UnsafeMutablePointer<rialto_engine_names_t>.allocate(capacity: 1)
        table.initialize(
            to: rialto_engine_names_t(
                struct_size: UInt32(MemoryLayout<rialto_engine_names_t>.size),
                count: UInt32(names.count), names: list))
        address = Int(bitPattern: table)
    }

    /// The table when `id` asks for it, else nil.
    public func table(_ id: rialto_text_t) -> UnsafeRawPointer? {
        String(id) == RIALTO_ENGINES_ID ? UnsafeRawPointer(bitPattern: address) : nil
    }
}

extension Setup {
    /// The version of an engine; nil when it is not there.
    public func engineVersion(_ engine: String) -> String? {
        guard let table = engines else { return nil }
        var version = rialto_text_t()
        let result = withText(engine) {
            table.pointee.version?(services.pointee.host, $0, &version) ?? RIALTO_NOT_FOUND
        }
        return result == RIALTO_OK ? String(version) : nil
    }

    /// The address of an engine's function, valid until the process ends; nil when there is none.
    public func engineFunction(_ engine: String, _ name: String) -> UnsafeMutableRawPointer? {
        guard let table = engines else { return nil }
        var address: UnsafeMutableRawPointer?
        let result = withText(engine) { engine in
            withText(name) { name in
                table.pointee.symbol?(services.pointee.host, engine, name, &address)
                    ?? RIALTO_NOT_FOUND
            }
        }
        return result == RIALTO_OK ? address : nil
    }

    private var engines: UnsafePointer<rialto_engines_t>? {
        let table = withText(RIALTO_ENGINES_ID) {
            services.pointee.get_extension?(services.pointee.host, $0)
        }
        return table?.assumingMemoryBound(to: rialto_engines_t.self)
    }
}
