/// One instrument, and the venue's name of it.
public struct VenueInstrument: Equatable, Sendable {
    /// As it stands in the venue's messages.
    public let name: String
    /// The host's definition.
    public let info: InstrumentInfo
}

/// The instruments of an exchange, found by index or by the name that the venue gives them.
public struct VenueInstruments: Sendable {
    /// In the order of their names' bytes.
    private let list: [VenueInstrument]
    /// Row of `list` by index; -1 where there is none.
    private let rows: [Int]

    /// Names every instrument as the venue does.
    ///
    /// - Parameter name: May refuse an instrument that the venue does not have.
    /// - Throws: ``PluginFailure`` also when there is no instrument, or two have one name.
    public init(
        _ instruments: [InstrumentInfo],
        _ name: (InstrumentInfo) throws(PluginFailure) -> String
    ) throws(PluginFailure) {
        var list: [VenueInstrument] = []
        for info in instruments { list.append(VenueInstrument(name: try name(info), info: info)) }
        list.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        for (a, b) in zip(list, list.dropFirst()) where a.name.utf8.elementsEqual(b.name.utf8) {
            throw PluginFailure("two instruments have the venue's name \(a.name)")
        }
        guard let last = instruments.map(\.index).max() else {
            throw PluginFailure("no instrument was given")
        }
        var rows = Array(repeating: -1, count: Int(last) + 1)
        for (row, one) in list.enumerated() { rows[Int(one.info.index)] = row }
        self.list = list
        self.rows = rows
    }

    /// The instrument of an index.
    public subscript(index: UInt32) -> VenueInstrument? {
        guard index < rows.count, rows[Int(index)] >= 0 else { return nil }
        return list[rows[Int(index)]]
    }

    /// The instrument that the venue calls so.
    public func named(_ name: Bytes) -> VenueInstrument? {
        var low = 0, high = list.count
        while low < high {
            let middle = (low + high) / 2
            if list[middle].name.utf8.lexicographicallyPrecedes(name) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low < list.count && name.spells(list[low].name) ? list[low] : nil
    }
}
