# bash completion for dmsetup: commands, options, devices, target types, fields of reports.

_dmsetup_lines() { # the lines of the standard input that begin with $cur, quoted for the shell
  local line
  while IFS= read -r line; do
    [[ $line == "$cur"* ]] && COMPREPLY+=("$(printf %q "$line")")
  done
}

_dmsetup() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command= count=0 options= i
  COMPREPLY=()
  [[ $cur == = ]] && cur=
  if [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      @WITH_ARGUMENT@)
        [[ ${COMP_WORDS[i + 1]} == = ]] && ((i++))
        ((i++))
        ;;
      -*) ;;
      *)
        if [[ -z $command ]]; then
          command=${COMP_WORDS[i]}
        else
          ((count++))
        fi
        ;;
    esac
  done
  case $prev in
    --target)
      _dmsetup_lines < <("${COMP_WORDS[0]}" targets 2>/dev/null | sed 's/ .*//')
      return
      ;;
    --backend)
      COMPREPLY=($(compgen -W '@BACKEND@' -- "$cur"))
      return
      ;;
    --headings)
      COMPREPLY=($(compgen -W '@HEADINGS@' -- "$cur"))
      return
      ;;
    --manglename)
      COMPREPLY=($(compgen -W '@MANGLENAME@' -- "$cur"))
      return
      ;;
    --readahead)
      COMPREPLY=($(compgen -W '@READAHEAD@' -- "$cur"))
      return
      ;;
    -o | --options | -O | --sort | -S | --select)
      local before=
      [[ $cur == *,* ]] && before=${cur%,*},
      if [[ " ${COMP_WORDS[*]} " == *' --tree '* ]]; then
        COMPREPLY=($(compgen -P "$before" -W '@TREE_OPTIONS@' -- "${cur##*,}"))
      elif [[ $command == ls || $command == deps ]]; then
        COMPREPLY=($(compgen -P "$before" -W 'devno devname blkdevname' -- "${cur##*,}"))
      else
        COMPREPLY=($(compgen -P "$before" -W '@FIELDS@' -- "${cur##*,}"))
      fi
      compopt -o nospace 2>/dev/null
      return
      ;;
    @WITH_ARGUMENT@)
      return
      ;;
  esac
  case $command in
@OPTIONS@
    *) options='@ALL_OPTIONS@' ;;
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$cur"))
    return
  fi
  case $command:$count in
    :* | help:0)
      COMPREPLY=($(compgen -W '@COMMANDS@' -- "$cur"))
      ;;
    create:1 | load:1 | reload:1 | check:0)
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$cur"))
      ;;
    target-version:*)
      _dmsetup_lines < <("${COMP_WORDS[0]}" targets 2>/dev/null | sed 's/ .*//')
      ;;
    remove:* | suspend:* | resume:* | clear:* | wipe_table:* | deps:* | info:* | status:* | table:* | measure:* | mknodes:* | mangle:* | \
      load:0 | reload:0 | rename:0 | message:0 | wait:0 | setgeometry:0)
      _dmsetup_lines < <("${COMP_WORDS[0]}" ls 2>/dev/null | sed -n 's/	(.*//p')
      ;;
  esac
}

complete -F _dmsetup dmsetup
