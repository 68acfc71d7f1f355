/// What is known of a series of texts without reading them.
package struct TextSeriesInfo: Equatable, Sendable {
    package let name: String
    /// Rows.
    package let count: Int
    /// Unix nanoseconds UTC; nil when there is no row.
    package let firstTime_ns: Int64?
    package let lastTime_ns: Int64?
    package let fileBytes: Int
    package let path: String
}

/// News or posts in the order in which they could be known, mapped from a file that was checked
/// byte for byte. It is not Sendable: use it where it was made.
package final class TextSeries {
    package let name: String
    /// Rows.
    package let count: Int
    /// When the host could have known each row; never falls.
    package let time_ns: UnsafePointer<Int64>
    /// When each row says it was published; may fall.
    package let venue_time_ns: UnsafePointer<Int64>
    /// Where each text of each row ends in `heap`, six a row.
    private let ends: UnsafePointer<Int64>
    private let heap: UnsafeRawPointer
    private let file: MappedFile

    /// The texts of a row, in the order in which they are stored.
    package enum Field: Int, CaseIterable, Sendable {
        case instrument, source, author, title, body, id
    }

    init(_ header: TextFileHeader, in file: MappedFile, base: UnsafeRawPointer) {
        name = header.name
        count = header.count
        let places = header.offsets
        time_ns = (base + places[0]).assumingMemoryBound(to: Int64.self)
        venue_time_ns = (base + places[1]).assumingMemoryBound(to: Int64.self)
        ends = (base + places[2]).assumingMemoryBound(to: Int64.self)
        heap = base + places[3]
        self.file = file
    }

    /// The bytes of one text, valid UTF-8; they stay where they are while the series lives.
    ///
    /// - Parameter row: 0..<count.
    package func bytes(_ row: Int, _ field: Field) -> UnsafeRawBufferPointer {
        precondition(row >= 0 && row < count)
        let index = row * Field.allCases.count + field.rawValue
        let start = index == 0 ? 0 : Int(ends[index - 1])
        return UnsafeRawBufferPointer(start: heap + start, count: Int(ends[index]) - start)
    }

    package func text(_ row: Int, _ field: Field) -> String {
        String(decoding: bytes(row, field), as: UTF8.self)
    }

    /// One row as a value of its own.
    ///
    /// - Parameter row: 0..<count.
    package func item(_ row: Int) -> TextItem {
        TextItem(
            time_ns: time_ns[row], venue_time_ns: venue_time_ns[row],
            instrument: text(row, .instrument), source: text(row, .source),
            author: text(row, .author), title: text(row, .title), body: text(row, .body),
            id: text(row, .id))
    }

    package var items: [TextItem] { (0..<count).map(item) }

    /// The first row at or after `time_ns`; `count` when there is none.
    package func index(atOrAfter time_ns: Int64) -> Int {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            if self.time_ns[middle] < time_ns { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// For another process to read; nil when the file has been replaced since.
    package var stretch: SharedStretch? { file.stretch }

    /// Why the file's rows cannot be used; nil when they can.
    func fault(heapLength: Int) -> String? {
        var last: Int64 = .min
        for row in 0..<count {
            if time_ns[row] < last { return "times fall in row \(row)" }
            last = time_ns[row]
        }
        var end: Int64 = 0
        for index in 0..<count * Field.allCases.count {
            if ends[index] < end || ends[index] > heapLength { return "a text has no place" }
            end = ends[index]
        }
        guard end == heapLength else { return "bytes belong to no text" }
        for row in 0..<count {
            for field in Field.allCases {
                let bytes = bytes(row, field)
                if bytes.count > field.limit { return "a text of row \(row) is too long" }
                if String(validating: bytes, as: UTF8.self) == nil {
                    return "a text of row \(row) is no UTF-8"
                }
            }
        }
        return nil
    }
}

extension TextSeries.Field {
    /// Longest text, in bytes.
    var limit: Int {
        switch self {
        case .instrument, .source, .author: TextLimits.name
        case .title: TextLimits.title
        case .body: TextLimits.body
        case .id: TextLimits.id
        }
    }
}
