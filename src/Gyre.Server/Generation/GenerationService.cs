using System.Text.Json;
using Gyre.Models;
using Gyre.Models.Constraints;
using Gyre.Models.Encoders;
using Gyre.Models.Generation;
using Gyre.Models.Templates;
using Gyre.Models.Tools;
using Gyre.Server.Catalog;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Parameters;

namespace Gyre.Server.Generation;

/// <summary>The way from a request's JSON to a running generation, shared by every endpoint.</summary>
internal sealed class GenerationService(GyreHostOptions options, AliasCatalog aliases, ModelPool models, ModelAbilities abilities)
{
    /// <summary>Longer than any alias can be.</summary>
    private const int MaxNameLength = 128;

    /// <summary>The alias and model, of whatever kind, that a request names; <paramref name="isOptional"/> lets the default answer when it names none.</summary>
    public async Task<(ModelAlias Alias, LanguageModel Model)> ResolveAnyAsync(
        JsonElement body,
        RequestFaults faults,
        RequestScope scope,
        bool isOptional)
    {
        var name = new RequestReader(body, "", faults).ReadString("model");
        if (name is { Length: > MaxNameLength })
        {
            faults.Add(RequestReader.OutOfRange, "model", $"'model' has {name.Length:N0} characters; expected a name of at most {MaxNameLength}.");
        }
        else if (name is not null)
        {
            scope.Trace?.SetModel(name);
        }

        // What the body says of itself is told before what it asks for is looked up.
        faults.ThrowIfAny();
        var alias = name is null && isOptional ? aliases.Current.Default : aliases.Resolve(name ?? "");
        scope.Trace?.SetModel(alias.Name);
        var lease = await models.GetAsync(alias, scope.Cancellation);
        scope.Hold(lease);
        return (alias.For(lease.Model), lease.Model);
    }

    /// <summary>The alias and model that a request for text names.</summary>
    public async Task<(ModelAlias Alias, LanguageModel Model)> ResolveAsync(
        JsonElement body,
        RequestFaults faults,
        RequestScope scope,
        bool isOptional)
    {
        var (alias, model) = await ResolveAnyAsync(body, faults, scope, isOptional);
        return WritesText(model)
            ? (alias, model)
            : throw abilities.Lacking(alias, $"is for {model.Kind.ToText()} and does not continue text", WritesText, "that do");
    }

    private static bool WritesText(LanguageModel model) => model.Kind is ModelKind.Generation or ModelKind.SequenceToSequence;

    /// <summary>A chat request as a call: rendered with the model's template.</summary>
    public GenerationCall Prepare(ChatRequest request, ModelAlias alias, LanguageModel model)
    {
        CheckChoices(request.ChoiceCount);
        var (prompt, opening) = model.ToolFormat.OpenCalls(Render(model, request.Turns, request.Tools), request.Tools, model.Tokenizer);
        var options = request.Options with { Constraint = Constrain(model, request.Tools, request.Format) };
        return new GenerationCall(alias, model, [prompt], request.ChoiceCount, options) { Tools = request.Tools, Opening = opening };
    }

    /// <summary>What the answer must look like; null when it is free.</summary>
    public static Constraint? Constrain(LanguageModel model, ToolUse tools, AnswerFormat? format) => model.Constrain(
        tools,
        format,
        static (place, error) => ApiException.Invalid(error.Code, $"'{place}' cannot be enforced. {error.Message} ({error.Code})", place, error));

    public void CheckChoices(int count)
    {
        if (count > options.MaxChoices)
        {
            throw ApiException.Invalid(
                RequestReader.OutOfRange,
                $"The request asks for {count:N0} choices in all; expected at most {options.MaxChoices:N0}. Ask for fewer, or send several requests.",
                "n");
        }
    }

    /// <summary>The conversation with the alias's system prompt before it, unless it has one of its own.</summary>
    public static List<ChatTurn> WithSystem(List<ChatTurn> turns, ModelAlias alias)
    {
        if (alias.System.Length > 0 && turns.All(turn => turn.Role != "system"))
        {
            turns.Insert(0, new ChatTurn("system", alias.System));
        }

        return turns;
    }

    /// <summary>A conversation as the model's template writes it, in tokens.</summary>
    public static IReadOnlyList<int> Render(LanguageModel model, IReadOnlyList<ChatTurn> turns, ToolUse tools, bool addGenerationPrompt = true)
    {
        try
        {
            return model.RenderPrompt(turns, tools.Tools, addGenerationPrompt);
        }
        catch (ModelException error) when (error.Code.StartsWith("RUN02", StringComparison.Ordinal))
        {
            // A template refuses conversations that it was not made for (roles that do not alternate and the like).
            throw ApiException.Invalid(error.Code, $"The model's chat template refused the conversation: {error.Message} ({error.Code})", "messages", error);
        }
    }
}
