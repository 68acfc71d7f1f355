import Glibc

/// What was done with items that were given to a series of texts.
package struct TextAppend: Equatable, Sendable {
    /// New rows.
    package var added = 0
    /// Of those, new versions of items that were there.
    package var changed = 0
    /// Left out: there already, and not changed.
    package var repeated = 0
    /// Rows of the whole series now.
    package var rows = 0
}

extension HistoryFolder {
    /// End of the name of every file of texts.
    package static let textSuffix = ".rtext"

    package func textPath(_ name: String) -> String {
        path + "/" + SeriesKey.escaped(name) + "~texts" + Self.textSuffix
    }

    /// The readable series of texts, sorted by name, and why each of the others cannot be used.
    package func scanTexts() throws(HistoryError)
        -> (series: [TextSeriesInfo], damaged: [HistoryError])
    {
        guard let names = FolderListing.names(path) else {
            if errno == ENOENT { return ([], []) }
            throw .system("the history folder cannot be read", path)
        }
        var series: [TextSeriesInfo] = [], damaged: [HistoryError] = []
        for name in names where name.hasSuffix(Self.textSuffix) && !name.hasPrefix(".") {
            let file = path + "/" + name
            do throws(HistoryError) { series.append(try textInfo(file)) } catch {
                damaged.append(error.inFile(file))
            }
        }
        return (series.sorted { $0.name < $1.name }, damaged)
    }

    private func textInfo(_ file: String) throws(HistoryError) -> TextSeriesInfo {
        let mapped = try MappedFile(file)
        let header = try TextFileHeader(decoding: Array(mapped.bytes.prefix(TextFileHeader.size)))
        guard header.fileLength == mapped.bytes.count else {
            throw FileHeader.cut(mapped.bytes.count)
        }
        guard file == textPath(header.name) else {
            throw FileHeader.damaged("it holds " + header.name)
        }
        let isEmpty = header.count == 0
        return TextSeriesInfo(
            name: header.name, count: header.count,
            firstTime_ns: isEmpty ? nil : header.firstTime_ns,
            lastTime_ns: isEmpty ? nil : header.lastTime_ns, fileBytes: mapped.bytes.count,
            path: file)
    }

    package func hasTexts(_ name: String) -> Bool { Self.exists(textPath(name)) }

    /// Maps a series of texts, every byte of it checked.
    ///
    /// - Throws: ``HistoryError`` of kind `notFound`, `damaged`, `format` or `system`.
    /// - Complexity: O(bytes).
    package func openTexts(_ name: String) throws(HistoryError) -> TextSeries {
        let file = textPath(name)
        guard Self.exists(file) else {
            throw HistoryError(
                .notFound, "there is no series of texts \(name)", file: path,
                help: "see what there is with rialto data list, or bring texts in with "
                    + "rialto data import-texts")
        }
        let mapped = try MappedFile(file)
        do throws(HistoryError) { return try Self.checked(mapped, name) } catch {
            throw error.inFile(file)
        }
    }

    private static func checked(
        _ file: MappedFile, _ name: String
    ) throws(HistoryError) -> TextSeries {
        let header = try TextFileHeader(decoding: Array(file.bytes.prefix(TextFileHeader.size)))
        guard header.fileLength == file.bytes.count, let base = file.bytes.baseAddress else {
            throw FileHeader.cut(file.bytes.count)
        }
        guard header.name == name else { throw FileHeader.damaged("it holds " + header.name) }
        for (index, offset) in header.offsets.enumerated() {
            let part = UnsafeRawBufferPointer(
                start: base + offset, count: header.lengths[index])
            guard Checksum.xxh64(part) == header.checksums[index] else {
                throw FileHeader.damaged("the checksum of a part differs")
            }
        }
        let series = TextSeries(header, in: file, base: base)
        if let fault = series.fault(heapLength: header.heapLength) {
            throw FileHeader.damaged(fault)
        }
        return series
    }

    /// Adds items to a series of texts, which is made where there is none. Rows that are there
    /// stay as they are; an item that the rows beside it under its id already say is left out.
    ///
    /// One writer at a time: another one waits.
    ///
    /// - Throws: ``HistoryError``; the series is as it was.
    package func append(
        _ items: [TextItem], to name: String
    ) throws(HistoryError) -> TextAppend {
        try SeriesDefinition.check(textsName: name)
        try makeFolder()
        let lock = Glibc.open(path + "/.texts.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0 else { throw .system("the series cannot be locked", path) }
        defer { close(lock) }
        while flock(lock, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .system("the series cannot be locked", path) }
        }
        let before = hasTexts(name) ? try openTexts(name).items : []
        let (rows, report) = TextMerge.merged(before, items)
        if report.added > 0 || before.isEmpty { try writeTexts(rows, to: name) }
        return report
    }

    private func writeTexts(_ rows: [TextItem], to name: String) throws(HistoryError) {
        guard rows.count <= TextLimits.rows else { throw Self.full(name, "rows") }
        var ends: [Int64] = [], heap: [UInt8] = []
        ends.reserveCapacity(rows.count * 6)
        for row in rows {
            for text in row.texts {
                heap += text.utf8
                ends.append(Int64(heap.count))
            }
            guard heap.count <= TextLimits.heap else { throw Self.full(name, "texts") }
        }
        let parts = [
            Self.bytes(rows.map(\.time_ns)), Self.bytes(rows.map(\.venue_time_ns)),
            Self.bytes(ends), heap,
        ]
        let header = TextFileHeader(
            name: name, count: rows.count, firstTime_ns: rows.first?.time_ns ?? 0,
            lastTime_ns: rows.last?.time_ns ?? 0, heapLength: heap.count,
            checksums: parts.map { part in part.withUnsafeBytes { Checksum.xxh64($0) } })
        var file = header.encoded()
        for (part, offset) in zip(parts, header.offsets) {
            file += [UInt8](repeating: 0, count: offset - file.count)
            file += part
        }
        try write(file, to: textPath(name))
    }

    private static func bytes(_ values: [Int64]) -> [UInt8] {
        values.withUnsafeBytes { Array($0) }
    }

    private static func full(_ name: String, _ what: String) -> HistoryError {
        HistoryError(
            .option, "the series of texts \(name) is full of \(what)",
            allowed: "\(TextLimits.rows) rows, \(TextLimits.heap >> 20) MiB of texts",
            help: "go on under another name, such as \(name)-2")
    }
}

/// Puts new items among those that are there.
enum TextMerge {
    /// Rows of both in order of time, those that were there first; each new one that its neighbour
    /// under the same id already says is left out.
    static func merged(
        _ before: [TextItem], _ items: [TextItem]
    ) -> (rows: [TextItem], report: TextAppend) {
        var report = TextAppend()
        var known: [String: [TextItem]] = [:]
        for row in before { known[key(row), default: []].append(row) }
        var fresh: [TextItem] = []
        for item in items.enumerated().sorted(by: {
            ($0.element.time_ns, $0.offset) < ($1.element.time_ns, $1.offset)
        }).map(\.element) {
            var versions = known[key(item)] ?? []
            let place = versions.firstIndex { $0.time_ns > item.time_ns } ?? versions.count
            let beside = [place - 1, place].filter { versions.indices.contains($0) }
            if beside.contains(where: { versions[$0].says(sameAs: item) }) {
                report.repeated += 1
                continue
            }
            report.added += 1
            if !versions.isEmpty { report.changed += 1 }
            versions.insert(item, at: place)
            known[key(item)] = versions
            fresh.append(item)
        }
        let rows = joined(before, fresh)
        report.rows = rows.count
        return (rows, report)
    }

    /// An item that is about several instruments has a row for each.
    private static func key(_ item: TextItem) -> String {
        item.id + "\u{0}" + item.source + "\u{0}" + item.instrument
    }

    private static func joined(_ before: [TextItem], _ fresh: [TextItem]) -> [TextItem] {
        var rows: [TextItem] = [], next = 0
        rows.reserveCapacity(before.count + fresh.count)
        for row in before {
            while next < fresh.count, fresh[next].time_ns < row.time_ns {
                rows.append(fresh[next])
                next += 1
            }
            rows.append(row)
        }
        return rows + fresh[next...]
    }
}
