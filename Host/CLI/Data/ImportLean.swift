import Glibc
import RialtoHistory
import RialtoText
import RialtoValues

/// The import of LEAN's archives of shares, with the factor and map files beside them.
enum ImportLean {
    /// Options that mean something here.
    private static let own = ["instrument", "currency", "venue", "calendar", "clean", "data"]

    /// Whether the first file is such an archive.
    static func isMeant(_ invocation: Invocation) throws -> Bool {
        guard let path = invocation.texts("file").first else { return false }
        return try LeanBars.isMeant(path)
    }

    /// One instrument, and the archives that hold parts of it.
    private struct Job {
        let instrument: Instrument
        let map: LeanMap?
        let factors: String?
        var parts: [LeanBars]
        var paths: [String]
    }

    static func run(_ invocation: Invocation, _ console: Console) throws -> CommandStatus {
        if let stray = invocation.stray(besides: own) {
            throw HouseMessage.wrongCall(
                "--\(stray.name) was given, but an archive of LEAN says that itself",
                help: "leave it out; allowed are --" + own.joined(separator: ", --"))
        }
        let jobs = try jobs(invocation, console)
        let folder = DataFolder.history(invocation)
        let calendar = InstrumentFacts.calendar(invocation) ?? .usEquities
        for (index, job) in jobs.enumerated() {
            if index > 0, !console.isJSON { console.line("") }
            try run(job, calendar, folder, isClean: invocation.flag("clean"), console)
        }
        return .done
    }

    private static func jobs(_ invocation: Invocation, _ console: Console) throws -> [Job] {
        let paths = invocation.texts("file"), names = invocation.texts("instrument")
        var jobs: [Job] = []
        for path in paths {
            let bars = try LeanBars(path: path)
            let found = try map(of: bars.ticker, beside: path)
            if found == nil {
                console.note("no map file holds \(bars.ticker): all rows are taken to be its own")
            }
            let ticker = found?.map.ticker ?? bars.ticker
            let name = names.isEmpty ? ticker + "/USD" : names[min(jobs.count, names.count - 1)]
            if names.isEmpty, let place = jobs.firstIndex(where: { $0.instrument.name == name }) {
                jobs[place].parts.append(bars)
                jobs[place].paths.append(path)
                continue
            }
            let stem = found?.file ?? bars.ticker.lowercased() + ".csv"
            let factors = near(path, "factor_files").map { $0 + "/" + stem }
                .first { access($0, R_OK) == 0 }
            if factors == nil {
                console.note("no factor file for \(name): its splits and dividends are not known")
            }
            jobs.append(
                Job(
                    instrument: instrument(name, invocation), map: found?.map, factors: factors,
                    parts: [bars], paths: [path]))
        }
        guard names.isEmpty || names.count == jobs.count else {
            throw HouseMessage.wrongCall(
                "\(names.count) instruments were named for \(paths.count) archives",
                help: "name one for each, in the same order, or none")
        }
        return jobs
    }

    private static func instrument(_ name: String, _ invocation: Invocation) -> Instrument {
        Instrument(
            name: name, venue: invocation.text("venue") ?? "", kind: .spot,
            priceDecimals: LeanBars.priceDecimals, quantityDecimals: 0, priceStep: 1,
            quantityStep: 1, currency: invocation.text("currency") ?? "USD", multiplier: 1)
    }

    /// The folders of a name that LEAN may keep beside an archive, or beside its folder.
    private static func near(_ path: String, _ name: String) -> [String] {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
        return [folder + "/" + name, folder + "/../" + name]
    }

    /// The map file of the instrument that at some time had a ticker.
    private static func map(
        of ticker: String, beside path: String
    ) throws -> (map: LeanMap, file: String)? {
        for folder in near(path, "map_files") {
            let own = ticker.lowercased() + ".csv"
            let others = (names(folder) ?? []).filter { $0.hasSuffix(".csv") && $0 != own }
            for file in [own] + others.sorted() where access(folder + "/" + file, R_OK) == 0 {
                let map = try LeanMap(ByteInput(path: folder + "/" + file))
                if map.tenures.contains(where: { $0.ticker == ticker }) { return (map, file) }
            }
        }
        return nil
    }

    private static func names(_ folder: String) -> [String]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                        String(cString: $0)
                    }
                })
        }
        return names
    }

    private static func run(
        _ job: Job, _ calendar: TradingCalendar, _ folder: HistoryFolder, isClean: Bool,
        _ console: Console
    ) throws {
        var parts: [(imported: Imported, others: Int, path: String)] = []
        for (bars, path) in zip(job.parts, job.paths) {
            let part = try bars.bars(
                job.instrument, calendar: calendar, rules: isClean ? .clean : .strict
            ) { day in
                guard let map = job.map else { return true }
                return map.tenures.contains { $0.ticker == bars.ticker && $0.days.contains(day) }
            }
            parts.append((part.imported, part.others, path))
        }
        let imported = try joined(parts.map { ($0.imported, $0.path) }, job)
        try ImportSummary.requireRows(imported, job.paths)
        let record = try record(job, calendar, folder)
        let replaced = try SeriesWriter.write(imported.series, to: folder)
        try folder.write(record)
        ImportSummary.tellExamples(imported.report, console)
        let others = parts.map(\.others).reduce(0, +)
        if others > 0 {
            console.note(
                "left out: \(others) rows of other instruments that had the same ticker then")
        }
        try ImportSummary.facts(
            imported, folder, replaced: replaced, calendar: calendar,
            more: InstrumentFacts.facts(record)
        ).print(to: console)
    }

    private static func joined(
        _ parts: [(imported: Imported, path: String)], _ job: Job
    ) throws -> Imported {
        let importer = Importer.bars(
            interval_ns: job.parts[0].interval_ns, time: .close, rules: .strict)
        return try importer.woven(parts.map(\.imported), names: parts.map(\.path))
    }

    /// What was recorded of halts and funding stays; the rest is what the files say.
    private static func record(
        _ job: Job, _ calendar: TradingCalendar, _ folder: HistoryFolder
    ) throws -> InstrumentRecord {
        let before = try folder.record(of: job.instrument.name)
        let moved = try InstrumentRecord(
            job.instrument.name, calendar: calendar, actions: before.actions)
        var new = try job.map?.actions(calendar: calendar) ?? []
        if let path = job.factors {
            new += try LeanFactors.actions(ByteInput(path: path), calendar: calendar)
        }
        return try moved.replacing(new) { !["halt", "resume", "funding"].contains($0.name) }
    }
}
