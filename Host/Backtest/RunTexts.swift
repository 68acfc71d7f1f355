import RialtoHistory
import RialtoValues

/// News and posts of a run for readers of some instruments: columns of all series together, whose
/// bytes stay where they are stored.
package final class RunTexts {
    package let count: Int
    private let series: [TextSeries]
    private let times: UnsafeMutablePointer<Int64>
    private let published: UnsafeMutablePointer<Int64>
    private let instruments: UnsafeMutablePointer<UInt32>
    /// Source, author, title and body, one after the other.
    private let views: UnsafeMutablePointer<TextBytes>
    private let columns: UnsafeMutablePointer<TextColumns>

    private static let fields: [TextSeries.Field] = [.source, .author, .title, .body]

    /// - Parameters:
    ///   - series: In the order of the run file.
    ///   - places: Index of each instrument of the run by name; a text about another one is left
    ///     out, one about none belongs to everyone.
    ///   - chosen: Instruments of the reader.
    ///   - end: First instant that is left out, Unix nanoseconds; nil for none.
    package init(
        _ series: [TextSeries], places: [String: Int], chosen: Set<Int>, before end: Int64?
    ) {
        struct Row {
            let time_ns: Int64
            let instrument: UInt32
            let series: Int
            let row: Int
        }
        var rows: [Row] = []
        for (number, one) in series.enumerated() {
            let last = end.map { one.index(atOrAfter: $0) } ?? one.count
            for row in 0..<last {
                let name = one.text(row, .instrument)
                let place = name.isEmpty ? nil : places[name]
                guard name.isEmpty || place.map(chosen.contains) ?? false else { continue }
                rows.append(
                    Row(
                        time_ns: one.time_ns[row], instrument: place.map { UInt32($0) } ?? .max,
                        series: number, row: row))
            }
        }
        rows.sort {
            ($0.time_ns, $0.instrument, $0.series, $0.row)
                < ($1.time_ns, $1.instrument, $1.series, $1.row)
        }
        let count = rows.count, room = max(1, rows.count)
        self.series = series
        self.count = count
        times = .allocate(capacity: room)
        published = .allocate(capacity: room)
        instruments = .allocate(capacity: room)
        views = .allocate(capacity: room * Self.fields.count)
        columns = .allocate(capacity: 1)
        for (index, row) in rows.enumerated() {
            let one = series[row.series]
            (times + index).initialize(to: row.time_ns)
            (published + index).initialize(to: one.venue_time_ns[row.row])
            (instruments + index).initialize(to: row.instrument)
            for (field, name) in Self.fields.enumerated() {
                let bytes = one.bytes(row.row, name)
                (views + field * room + index).initialize(
                    to: TextBytes(
                        data: bytes.isEmpty
                            ? nil : bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                        size: UInt64(bytes.count)))
            }
        }
        columns.initialize(
            to: TextColumns(
                count: count, time_ns: UnsafePointer(times),
                venueTime_ns: UnsafePointer(published), instrument: UnsafePointer(instruments),
                source: UnsafePointer(views), author: UnsafePointer(views + room),
                title: UnsafePointer(views + 2 * room), body: UnsafePointer(views + 3 * room)))
    }

    /// All of them as a part of a feed.
    var part: FeedPart {
        FeedPart(
            kind: .texts, instrument: Int(UInt32.max), series: nil, count: count,
            time_ns: UnsafePointer(times), texts: UnsafePointer(columns))
    }

    deinit {
        times.deallocate()
        published.deallocate()
        instruments.deallocate()
        views.deallocate()
        columns.deallocate()
    }
}
