namespace Gyre.Models.Templates.Jinja;

/// <summary>What a rendering may use before it is stopped.</summary>
internal sealed class RenderBudget(TemplateLimits limits, TimeProvider clock)
{
    private readonly long _started = clock.GetTimestamp();
    private long _steps;
    private long _characters;
    private int _depth;

    /// <summary>Counts one step.</summary>
    public void Step(Position position) => Charge(position, 1);

    /// <summary>Counts work of a given size.</summary>
    public void Charge(Position position, long steps)
    {
        var before = _steps;
        _steps += steps;
        if (_steps > limits.MaxSteps)
        {
            throw TemplateErrors.LimitReached(position, $"{limits.MaxSteps:N0} steps");
        }

        if (before >> 10 != _steps >> 10 && clock.GetElapsedTime(_started) > limits.MaxTime)
        {
            throw TemplateErrors.LimitReached(position, $"{limits.MaxTime.TotalSeconds:0.#} s");
        }
    }

    /// <summary>Counts characters of text that the template makes, whether it is printed or not.</summary>
    public void ChargeText(Position position, long characters)
    {
        Charge(position, characters >> 6);
        _characters += characters;
        if (_characters > limits.MaxWorkCharacters)
        {
            throw TemplateErrors.LimitReached(position, $"making {limits.MaxWorkCharacters:N0} characters of text");
        }
    }

    /// <summary>Checks the size of the output.</summary>
    public void CheckOutput(Position position, long length)
    {
        if (length > limits.MaxOutputCharacters)
        {
            throw TemplateErrors.LimitReached(position, $"{limits.MaxOutputCharacters:N0} characters of output");
        }
    }

    /// <summary>Enters a macro.</summary>
    public void Enter(Position position)
    {
        if (++_depth > limits.MaxCallDepth)
        {
            throw TemplateErrors.LimitReached(position, $"{limits.MaxCallDepth} macro calls inside each other");
        }
    }

    /// <summary>Leaves a macro.</summary>
    public void Leave() => _depth--;
}
