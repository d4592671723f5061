#compdef dmsetup
# zsh completion for dmsetup: commands, options, devices, target types, fields of reports.

_dmsetup() {
  local cur=${words[CURRENT]} prev=${words[CURRENT-1]} command= options= i
  local -i count=0
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    case ${words[i]} in
      (@WITH_ARGUMENT@) ((i++)) ;;
      (-*) ;;
      (*)
        if [[ -z $command ]]; then
          command=${words[i]}
        else
          ((count += 1))
        fi
        ;;
    esac
  done
  case $prev in
    (--target)
      found=(${(f)"$(${words[1]} targets 2>/dev/null | sed 's/ .*//')"})
      compadd -a found
      return
      ;;
    (--backend) compadd @BACKEND@; return ;;
    (--headings) compadd @HEADINGS@; return ;;
    (--manglename) compadd @MANGLENAME@; return ;;
    (--readahead) compadd @READAHEAD@; return ;;
    (-o|--options|-O|--sort|-S|--select)
      compset -P '*,'
      if [[ " $words " == *' --tree '* ]]; then
        compadd -q -S, @TREE_OPTIONS@
      elif [[ $command == ls || $command == deps ]]; then
        compadd -q -S, devno devname blkdevname
      else
        compadd -q -S, @FIELDS@
      fi
      return
      ;;
    (@WITH_ARGUMENT@) return ;;
  esac
  case $command in
@OPTIONS@
    *) options='@ALL_OPTIONS@' ;;
  esac
  if [[ $cur == -* ]]; then
    compadd -- ${=options}
    return
  fi
  case $command:$count in
    (:*|help:0) compadd @COMMANDS@ ;;
    (create:1|load:1|reload:1|check:0) _files ;;
    (target-version:*)
      found=(${(f)"$(${words[1]} targets 2>/dev/null | sed 's/ .*//')"})
      compadd -a found
      ;;
    (remove:*|suspend:*|resume:*|clear:*|wipe_table:*|deps:*|info:*|status:*|table:*|measure:*|mknodes:*|mangle:*|load:0|reload:0|rename:0|message:0|wait:0|setgeometry:0)
      found=(${(f)"$(${words[1]} ls 2>/dev/null | sed -n 's/	(.*//p')"})
      compadd -a found
      ;;
  esac
}

_dmsetup "$@"
