import CRialto
import CWorker
import RialtoValues

/// One need of an instance.
package struct InstanceNeed: Equatable, Sendable {
    package let kind: EventKind
    /// Index of the instrument; nil means every instrument that it may use.
    package let instrument: Int?
    package let historyRows: Int
    /// 0 is the run's own interval.
    package let interval_ns: Int64
}

/// What an instance said that it needs.
package struct InstanceNeeds: Equatable, Sendable {
    package let needs: [InstanceNeed]
    package let isOpenLoop: Bool
    /// Names of the series that it publishes and reads.
    package let series: SeriesNames

    /// Kinds of events among the needs.
    package var kinds: EventKinds {
        let first = series.read.isEmpty ? EventKinds() : EventKinds(.series)
        return needs.reduce(into: first) { $0.insert(EventKinds($1.kind)) }
    }
    /// Most rows of warm-up that it asked for.
    package var historyRows: Int { needs.map(\.historyRows).max() ?? 0 }

    /// Those of a model that the host has itself: bars of all its instruments.
    ///
    /// - Parameters:
    ///   - historyRows: Of warm-up, 0 or more.
    ///   - publishes: Names for series, each once.
    /// - Returns: nil where a text is no name for a series, or there are too many.
    package init?(bars historyRows: Int, publishes: [String]) {
        guard let series = SeriesNames(published: publishes) else { return nil }
        needs = [
            InstanceNeed(kind: .bars, instrument: nil, historyRows: historyRows, interval_ns: 0)
        ]
        isOpenLoop = true
        self.series = series
    }

    init(_ c: rialto_needs_t, _ series: SeriesNames, plugin: String) throws(PluginError) {
        var failure = rialto_error_t(), c = c
        guard rialto_needs_check(&c, RIALTO_NEEDS_MAX, &failure) == RIALTO_OK, let first = c.needs
        else { throw PluginError(plugin, .badTable(failure.message)) }
        let stride = Int(first.pointee.struct_size)
        var needs: [InstanceNeed] = []
        for index in 0..<Int(c.need_count) {
            let need = (UnsafeRawPointer(first) + index * stride).loadUnaligned(
                as: rialto_need_t.self)
            guard need.kind <= 255, let kind = EventKind(rawValue: UInt8(need.kind)) else {
                throw PluginError(
                    plugin, .badTable("a need is of kind \(need.kind), which is none"))
            }
            guard need.history_rows <= 10_000_000, need.interval_ns >= 0 else {
                throw PluginError(
                    plugin,
                    .badTable(
                        "a need of \(need.history_rows) rows every \(need.interval_ns) ns"))
            }
            needs.append(
                InstanceNeed(
                    kind: kind,
                    instrument: need.instrument == RIALTO_NONE ? nil : Int(need.instrument),
                    historyRows: Int(need.history_rows), interval_ns: need.interval_ns))
        }
        self.needs = needs
        self.series = series
        isOpenLoop = c.flags & RIALTO_NEEDS_OPEN_LOOP != 0
        if isOpenLoop, !kinds.isDisjoint(with: .own) {
            throw PluginError(plugin, .badTable("an open loop that needs own events"))
        }
    }
}
