import RialtoHistory
import RialtoText

/// `rialto data`: market data into the data folder, out of it, and what is in it.
package enum DataCommand {
    /// - Parameter output: Where an export to `-` goes; the process's own stdout outside tests.
    package static func command(
        output: @escaping DataExport.Output = StandardOutput.write
    ) -> Command {
        Command(
            "data", "import market data, and look after it",
            discussion: "Data are kept as one series per instrument, kind and interval, in "
                + "DATA/history.\nA series is written whole or not at all.",
            examples: [
                Example("rialto data import --help", "how to bring a file in"),
                Example("rialto data list", "what there is"),
            ],
            commands: [
                DataImport.command, DataList.command, DataInfo.command, DataCheck.command,
                DataExport.command(output: output), DataResample.command,
                DataSessions.command, ImportTexts.command, FetchTexts.command,
                DataTexts.command,
            ])
    }
}

/// What the data commands share.
enum DataFolder {
    static let option = Option(
        "data", .folder, "the data folder", standard: "data", environment: "RIALTO_DATA")

    /// The series in the data folder that the user chose.
    static func history(_ invocation: Invocation) -> HistoryFolder {
        HistoryFolder(path: (invocation.text("data") ?? "data") + "/history")
    }

    /// Tells on stderr that a folder holds nothing yet, and what to do about it.
    static func tellEmpty(_ folder: HistoryFolder, _ console: Console) {
        console.note("there is no series in \(folder.path)")
        console.note(
            "  help: bring data in with rialto data import, or name another folder "
                + "with --data")
    }
}
