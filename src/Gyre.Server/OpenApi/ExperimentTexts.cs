namespace Gyre.Server.OpenApi;

/// <summary>What the OpenAPI document says of the routes of recorded runs.</summary>
internal static class ExperimentTexts
{
    private const string Management = "Management";
    private const string Text = """{"type":"string"}""";
    private static readonly PlaceParameter Id = new("id", IsInPath: true, Text, "The run's id.");

    public static OperationText List { get; } = new("listExperiments", Management, "List recorded runs", "Runs of experiments and benchmarks, newest first. Conditions that are given must all hold.")
    {
        Parameters =
        [
            new("kind", IsInPath: false, """{"type":"string","enum":["experiment","benchmark"]}""", "Only runs of this kind."),
            new("name", IsInPath: false, Text, "Only runs whose name, dataset or a candidate's name holds this text."),
            new("dataset_digest", IsInPath: false, Text, "Only runs on this version of a dataset."),
            new("passed", IsInPath: false, """{"type":"boolean"}""", "Only runs that passed, with the gate open where there is one, or only those that did not."),
            new("before", IsInPath: false, Text, "Continues a list: the value of next."),
            new("limit", IsInPath: false, """{"type":"integer","minimum":1,"maximum":1000,"default":50}""", "The most to list."),
        ],
        Errors = [400, 500],
    };

    public static OperationText Show { get; } = new("getExperiment", Management, "Show a recorded run", "A run with what its main file holds now, and whether that is still the file that was recorded.")
    {
        Parameters = [Id],
        Errors = [404, 500],
    };

    public static OperationText Forget { get; } = new("forgetExperiment", Management, "Forget a recorded run", "Removes a run from the list. Its files stay where they are.")
    {
        Parameters = [Id],
        Errors = [404, 500],
    };

    public static OperationText Examples { get; } = new("listExamples", Management, "List rows of an experiment", "Rows by what candidates made of them. With one candidate and one metric, regressions and gains come by size, the largest first. A search for text answers after 64 MiB of rows with what it found so far.")
    {
        Parameters =
        [
            Id,
            new("show", IsInPath: false, """{"type":"string","enum":["all","regressions","gains","failed","undefined"],"default":"all"}""", "Which rows."),
            new("candidate", IsInPath: false, Text, "By this candidate only."),
            new("metric", IsInPath: false, Text, "By this metric only."),
            new("segment", IsInPath: false, Text, "Only rows of this part, as key=part."),
            new("text", IsInPath: false, Text, "Only rows that hold this text, in either case of letters."),
            new("from", IsInPath: false, """{"type":"integer","minimum":0,"default":0}""", "Continues a list: the value of next."),
            new("limit", IsInPath: false, """{"type":"integer","minimum":1,"maximum":200,"default":20}""", "The most rows."),
        ],
        Errors = [400, 404, 409, 500],
    };

    public static OperationText Example { get; } = new("getExample", Management, "Show a row of an experiment", "One row with all answers and scores.")
    {
        Parameters = [Id, new("number", IsInPath: true, """{"type":"integer","minimum":1}""", "The row's place in the dataset, from 1.")],
        Errors = [404, 409, 500],
    };

    public static OperationText Compare { get; } = new("compareExperiments", Management, "Compare two experiments", "Two runs on the same version of a dataset as one result; differences are paired by row. Runs on other versions are refused.")
    {
        Parameters =
        [
            new("a", IsInPath: false, Text, "The first run's id."),
            new("b", IsInPath: false, Text, "The second run's id."),
            new("baseline", IsInPath: false, Text, "The candidate that others are compared with, with the mark of its run; the first run's baseline otherwise."),
        ],
        Errors = [400, 404, 409, 500],
    };

    public static OperationText Benchmarks { get; } = new("listBenchmarkResults", Management, "Show models on benchmarks", "The newest run of each model on each benchmark, version and settings.")
    {
        Errors = [400, 500],
    };
}
