using System.Text.Json;

namespace Gyre.Registry.Ratings;

/// <summary>What raters are asked of each item. Immutable; a campaign's rubric does not change once it is made.</summary>
/// <param name="Form">One output or two.</param>
/// <param name="Instructions">What raters read before they begin; may be empty.</param>
/// <param name="Questions">One or more; for pairs exactly one.</param>
/// <param name="Reasons">Reasons to tick, beside the answers; may be none.</param>
/// <param name="Comment">Whether raters say why in their own words.</param>
public sealed record RatingRubric(
    RatingForm Form, string Instructions, IReadOnlyList<RatingQuestion> Questions, IReadOnlyList<string> Reasons, CommentRule Comment)
{
    /// <summary>The rubric when none is given: quality from 1 to 5, or which answer is better.</summary>
    public static RatingRubric Default(RatingForm form) => Parse(form == RatingForm.Single
        ? """
          {"form":"single","instructions":"Read the request, then the answer. Judge the answer alone, not the request.",
           "questions":[{"name":"quality","text":"How good is the answer?","points":5,
             "definition":"A good answer does what was asked, is right, leaves out nothing that matters and is pleasant to read.",
             "anchors":{"1":"useless or wrong","2":"mostly fails","3":"usable with work","4":"good","5":"could not be better"}}]}
          """
        : """
          {"form":"pairs","instructions":"Read the request, then both answers. Their sides are shuffled: a side means nothing.",
           "questions":[{"text":"Which answer is better?",
             "definition":"The better answer is the one that you would rather give to the person who asked: it does what was asked, is right, leaves out nothing that matters and is pleasant to read."}],
           "reasons":["more correct","more complete","better written","follows the request better","safer"]}
          """);

    /// <summary>Reads a rubric.</summary>
    /// <param name="json">
    /// An object: <c>form</c> (single, pairs), <c>instructions</c>, <c>questions</c> (each <c>name</c>, <c>text</c>,
    /// <c>definition</c>, <c>kind</c> scale, labels or yes_no, and <c>points</c> with <c>anchors</c> or <c>labels</c>),
    /// <c>reasons</c>, <c>comment</c> (optional, required, none).
    /// </param>
    /// <exception cref="RegistryException">REG0081: it is no rubric; all faults are named with their places.</exception>
    public static RatingRubric Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            return Read(document.RootElement);
        }
        catch (JsonException error)
        {
            throw RubricReader.Faulty([$"it is not JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}"], error);
        }
    }

    /// <summary>Reads a rubric from JSON that is parsed already, as <see cref="Parse"/>.</summary>
    /// <exception cref="RegistryException">REG0081: it is no rubric; all faults are named with their places.</exception>
    public static RatingRubric Read(JsonElement json) => new RubricReader().Read(json);

    /// <summary>The rubric as JSON that <see cref="Parse"/> reads.</summary>
    public string ToJson() => RatingJson.Write(Write);

    /// <summary>Checks an answer; the faults are in words for the rater.</summary>
    internal IReadOnlyList<string> Faults(RatingAnswer answer)
    {
        var faults = new List<string>();
        foreach (var question in Questions)
        {
            if (!answer.Values.TryGetValue(question.Name, out var value))
            {
                faults.Add($"'{question.Name}' has no answer");
            }
            else if (question.Options.All(option => option.Value != value))
            {
                faults.Add($"'{question.Name}' is '{Shown(value)}'; expected {string.Join(", ", question.Options.Select(option => option.Value))}");
            }
        }

        faults.AddRange(answer.Values.Keys.Where(name => Questions.All(question => question.Name != name)).Select(name => $"there is no question '{Shown(name)}'"));
        faults.AddRange(answer.Reasons.Where(reason => !Reasons.Contains(reason)).Select(reason => $"'{Shown(reason)}' is none of the reasons"));
        if (answer.Reasons.Distinct(StringComparer.Ordinal).Count() < answer.Reasons.Count)
        {
            faults.Add("a reason is given twice");
        }

        if (answer.Comment.Length > RatingAnswer.MostCommentLength)
        {
            faults.Add($"the comment has {answer.Comment.Length:N0} characters; expected at most {RatingAnswer.MostCommentLength:N0}");
        }

        if (Comment == CommentRule.Required && string.IsNullOrWhiteSpace(answer.Comment))
        {
            faults.Add("a comment is required: say why");
        }

        if (Comment == CommentRule.None && answer.Comment.Length > 0)
        {
            faults.Add("comments are not asked for");
        }

        return faults;
    }

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("form", RubricReader.NameOf(Form));
        writer.WriteString("instructions", Instructions);
        writer.WriteStartArray("questions");
        foreach (var question in Questions)
        {
            writer.WriteStartObject();
            writer.WriteString("name", question.Name);
            writer.WriteString("text", question.Text);
            writer.WriteString("definition", question.Definition);
            writer.WriteString("kind", RubricReader.NameOf(question.Kind));
            if (question.Kind == RatingQuestionKind.Labels)
            {
                RatingJson.Write(writer, "labels", [.. question.Options.Select(option => option.Value)]);
            }
            else if (question.Kind == RatingQuestionKind.Scale)
            {
                writer.WriteNumber("points", question.Options.Count);
                writer.WriteStartObject("anchors");
                foreach (var option in question.Options.Where(option => option.Text.Length > 0))
                {
                    writer.WriteString(option.Value, option.Text);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        RatingJson.Write(writer, "reasons", Reasons);
        writer.WriteString("comment", RubricReader.NameOf(Comment));
        writer.WriteEndObject();
    }
}
