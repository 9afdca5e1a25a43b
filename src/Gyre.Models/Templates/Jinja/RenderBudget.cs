namespace Gyre.Models.Templates.Jinja;

/// <summary>What a rendering may use before it is stopped. For one thread.</summary>
/// <remarks>Work is charged before it is done, so that no single operation can run away. Errors: RUN0203 beyond a limit.</remarks>
internal sealed class RenderBudget(TemplateLimits limits, TimeProvider clock)
{
    // Going over this many characters is as much work as one step.
    private const int CharactersPerStep = 64;

    // The clock is read whenever this many steps or characters were charged since it was read last.
    private const long ClockInterval = 1024;

    private readonly long _started = clock.GetTimestamp();
    private long _steps;
    private long _characters;
    private long _partOfStep;
    private long _sinceClock;

    /// <summary>Where the template is, for messages.</summary>
    public Position Position { get; set; } = new(1, 1);

    /// <summary>Counts one step, at a place.</summary>
    public void Step(Position position)
    {
        Position = position;
        Charge(1);
    }

    /// <summary>Counts work of a given size, 0 or more.</summary>
    public void Charge(long steps)
    {
        CheckClock(steps);
        _steps = Sum(_steps, steps);
        if (_steps > limits.MaxSteps)
        {
            throw TemplateErrors.LimitReached(Position, $"{limits.MaxSteps:N0} steps");
        }
    }

    /// <summary>Counts characters that are read, searched or compared.</summary>
    public void ChargeReading(long characters)
    {
        CheckClock(characters);
        var total = Sum(_partOfStep, characters);
        _partOfStep = total % CharactersPerStep;
        Charge(total / CharactersPerStep);
    }

    /// <summary>Counts characters of text that the template makes, whether it is printed or not.</summary>
    public void ChargeText(long characters)
    {
        ChargeReading(characters);
        _characters = Sum(_characters, characters);
        if (_characters > limits.MaxWorkCharacters)
        {
            throw TemplateErrors.LimitReached(Position, $"making {limits.MaxWorkCharacters:N0} characters of text");
        }
    }

    /// <summary>Checks the size of the output.</summary>
    public void CheckOutput(long length)
    {
        if (length > limits.MaxOutputCharacters)
        {
            throw TemplateErrors.LimitReached(Position, $"{limits.MaxOutputCharacters:N0} characters of output");
        }
    }

    /// <summary>Checks how many macro calls are inside each other.</summary>
    public void CheckCallDepth(int depth)
    {
        if (depth > limits.MaxCallDepth)
        {
            throw TemplateErrors.LimitReached(Position, $"{limits.MaxCallDepth} macro calls inside each other");
        }
    }

    private void CheckClock(long charge)
    {
        _sinceClock = Sum(_sinceClock, charge);
        if (_sinceClock < ClockInterval)
        {
            return;
        }

        _sinceClock = 0;
        if (clock.GetElapsedTime(_started) > limits.MaxTime)
        {
            throw TemplateErrors.LimitReached(Position, $"{limits.MaxTime.TotalSeconds:0.#} s");
        }
    }

    // Stays at the largest number rather than starting again below zero.
    private static long Sum(long total, long charge)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(charge);
        return charge > long.MaxValue - total ? long.MaxValue : total + charge;
    }
}
