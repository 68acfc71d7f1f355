/// Everything that one shared library offers. Make one as a global constant and answer the entry
/// function from it; its C tables live as long as the process.
public struct Library: Sendable {
    private let plugins: [Plugin]
    private let address: Int

    public init(_ plugins: Plugin...) {
        self.plugins = plugins
        let tables = plugins.map(LibraryTables.plugin)
        let list = UnsafeMutablePointer<UnsafePointer<rialto_plugin_t>?>.allocate(
            capacity: tables.count)
        for (index, table) in tables.enumerated() {
            (list + index).initialize(to: UnsafePointer(table))
        }
        let library = UnsafeMutablePointer<rialto_library_t>.allocate(capacity: 1)
        library.initialize(
            to: rialto_library_t(
                struct_size: UInt32(MemoryLayout<rialto_library_t>.size),
                abi_major: RIALTO_ABI_MAJOR,
                abi_minor: RIALTO_ABI_MINOR, plugin_count: UInt32(tables.count),
                plugins: UnsafePointer(list)))
        address = Int(bitPattern: library)
    }

    /// The table of plugin `index`, for tests.
    func table(_ index: Int) -> UnsafePointer<rialto_plugin_t>? {
        UnsafePointer<rialto_library_t>(bitPattern: address)?.pointee.plugins[index]
    }

    /// Answers `rialto_plugin_entry`.
    public func answer(
        _ host: UnsafePointer<rialto_host_t>?,
        _ out: UnsafeMutablePointer<UnsafePointer<rialto_library_t>?>?,
        _ error: UnsafeMutablePointer<rialto_error_t>?
    ) -> rialto_result {
        guard let host, let out else { return RIALTO_ERROR_ARGUMENT }
        guard host.pointee.abi_major_min <= RIALTO_ABI_MAJOR,
            host.pointee.abi_major_max >= RIALTO_ABI_MAJOR
        else {
            LibraryTables.write(
                "this plugin speaks ABI major \(RIALTO_ABI_MAJOR), the host "
                    + "\(host.pointee.abi_major_min) to \(host.pointee.abi_major_max)",
                RIALTO_ERROR_ABI, error)
            return RIALTO_ERROR_ABI
        }
        out.pointee = UnsafePointer(bitPattern: address)
        return RIALTO_OK
    }
}
