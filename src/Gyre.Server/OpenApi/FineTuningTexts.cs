using Gyre.Server.Parameters;

namespace Gyre.Server.OpenApi;

/// <summary>What the OpenAPI document says of files and fine-tuning jobs.</summary>
internal static class FineTuningTexts
{
    private const string Compatible = "OpenAI-compatible";
    private const string Text = "{\"type\":\"string\"}";
    private static readonly PlaceParameter FileId = new("id", IsInPath: true, Text, "The file's id.");
    private static readonly PlaceParameter JobId = new("id", IsInPath: true, Text, "The job's id.");
    private static readonly PlaceParameter After = new("after", IsInPath: false, Text, "Continues a list: the value of last_id.");
    private static readonly int[] Found = [400, 404, 500];

    public static OperationText Upload { get; } = new("createFile", Compatible, "Keep a file", "Keeps a file for fine-tuning jobs. It goes to the disk as it comes; its content is never executed or unpacked.")
    {
        Form = FileParameters.Table,
        Errors = [400, 413, 415, 500],
    };

    public static OperationText Files { get; } = new("listFiles", Compatible, "List the files", "Those that were sent and those that jobs wrote.")
    {
        Parameters =
        [
            new("purpose", IsInPath: false, Text, "Only files for this."),
            Limit(10_000, 10_000),
            new("order", IsInPath: false, "{\"type\":\"string\",\"enum\":[\"asc\",\"desc\"],\"default\":\"desc\"}", "asc: the oldest first; desc: the newest first."),
            After,
        ],
        Errors = [400, 500],
    };

    public static OperationText File { get; } = new("getFile", Compatible, "Show a file", "Its name, length and purpose.") { Parameters = [FileId], Errors = [404, 500] };

    public static OperationText DeleteFile { get; } = new("deleteFile", Compatible, "Remove a file", "Refused while a job that has not ended needs it.") { Parameters = [FileId], Errors = [404, 409, 500] };

    public static OperationText Content { get; } = new("getFileContent", Compatible, "Get a file's content", "The bytes as they came.") { Parameters = [FileId], Errors = [404, 500] };

    public static OperationText Create { get; } = new(
        "createFineTuningJob",
        Compatible,
        "Fine-tune a model",
        "Trains an adapter from a file of examples, beside what the server answers meanwhile. One job trains at a time, others wait. When it has succeeded, fine_tuned_model may be named as model at once.")
    {
        Request = FineTuningParameters.Table,
        RequestExample = """{"model":"default","training_file":"file-…","suffix":"shop","method":{"type":"supervised","supervised":{"hyperparameters":{"n_epochs":3}}}}""",
        Errors = [400, 404, 413, 415, 429, 500, 503],
    };

    public static OperationText Jobs { get; } = new("listFineTuningJobs", Compatible, "List the fine-tuning jobs", "The newest first.") { Parameters = [Limit(20, 100), After], Errors = [400, 500] };

    public static OperationText Job { get; } = new("getFineTuningJob", Compatible, "Show a fine-tuning job", "What was asked for and how it stands.") { Parameters = [JobId], Errors = [404, 500] };

    public static OperationText Cancel { get; } = new("cancelFineTuningJob", Compatible, "Cancel a fine-tuning job", "One that trains stops after its step. Its checkpoints stay.") { Parameters = [JobId], Errors = Found };

    public static OperationText Pause { get; } = new("pauseFineTuningJob", Compatible, "Pause a fine-tuning job", "One that trains stops after its step and can be resumed; the next one has its turn.") { Parameters = [JobId], Errors = Found };

    public static OperationText Resume { get; } = new("resumeFineTuningJob", Compatible, "Resume a paused fine-tuning job", "It waits for its turn and goes on from its checkpoint, with the same result.") { Parameters = [JobId], Errors = Found };

    public static OperationText Events { get; } = new("listFineTuningEvents", Compatible, "List a job's events", "What happened and what was measured, the newest first.") { Parameters = [JobId, Limit(20, 100), After], Errors = Found };

    public static OperationText Checkpoints { get; } = new("listFineTuningCheckpoints", Compatible, "List a job's checkpoints", "The adapter as it stood after steps, the newest three; each may be named as model.") { Parameters = [JobId, Limit(10, 100), After], Errors = Found };

    private static PlaceParameter Limit(int usual, int most) => new("limit", IsInPath: false, $$"""{"type":"integer","minimum":1,"maximum":{{most}},"default":{{usual}}}""", "The most to list.");
}
